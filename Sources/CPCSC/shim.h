// System library: PC/SC Lite client. The codes that Swift does not import as macros are given as constants by PCSC.
#pragma once
#include <PCSC/wintypes.h>
#include <PCSC/pcsclite.h>
#include <PCSC/winscard.h>
#include <PCSC/reader.h>
