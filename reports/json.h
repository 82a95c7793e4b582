/*
 * JSON as this project writes it: 17 significant digits so that every double survives, non-finite
 * numbers as the strings "NaN", "Infinity" and "-Infinity", unsigned 64-bit integers in full.
 * Written by hand because jansson knows neither the last two nor bytes that are not UTF-8.
 */
#ifndef GA_REPORTS_JSON_H
#define GA_REPORTS_JSON_H

#include "gradaudit/result.h"

#include <stdio.h>

/* NULL: null. All ASCII; a byte that is not part of UTF-8 appears as the character of the same
 * number (0xff as \u00ff), so that what is written is always JSON. */
void ga_json_text(FILE *out, const char *text);

/* 0.5 as 0.5, 3 as 3.0, -0.0 as -0.0. */
void ga_json_number(FILE *out, double number);

/* [3,12]: sizes, or a flat index split by the variable's shape; without a variable [index]. */
void ga_json_sizes(FILE *out, const size_t *sizes, size_t count);
void ga_json_index(FILE *out, const ga_variable_result *variable, size_t index);

#endif
