// System library: Pango sets text, cairo draws it and writes PDF and PNG.
#pragma once
#include <cairo/cairo.h>
#include <cairo/cairo-pdf.h>
#include <pango/pangocairo.h>
