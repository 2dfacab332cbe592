// System library: TurboJPEG reads JPEG pictures (ISO/IEC 10918-1).
#pragma once
#include <turbojpeg.h>
