// System library: Pango sets text, cairo draws it and writes PDF, SVG and PNG.
#pragma once
#include <cairo/cairo.h>
#include <cairo/cairo-pdf.h>
#include <cairo/cairo-svg.h>
#include <pango/pangocairo.h>
// What they free can be overwritten (mallopt).
#include <malloc.h>
