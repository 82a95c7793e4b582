/*
 * Numbers and names as reports print them: the same bytes in every locale, and nothing that a
 * hostile name could do to a terminal.
 */
#ifndef GA_REPORTS_PRINT_H
#define GA_REPORTS_PRINT_H

#include "gradaudit/report.h" /* ga_print_text() */

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

enum {
    GA_NUMBER_SIZE = 40
};

/* "3.1e-10" for 'e' with 1 digit after the point, "0.026" for 'f' with 3, "1.27" for 'g' with 3 in
 * all; "nan", "inf",
 * "-inf". The decimal point is a point, whatever the locale says. Returns `text`. */
const char *ga_number_text(char text[GA_NUMBER_SIZE], char form, int digits, double value);

/* "31 404": a space between groups of three. Returns `text`. */
const char *ga_count_text(char text[GA_NUMBER_SIZE], size_t count);

/* A share as a percentage: "0.4", "12", and neither "0" nor "100" unless it is that. */
const char *ga_percent_text(char text[GA_NUMBER_SIZE], double share);

/* "1 error", "2 errors". */
void ga_print_count(FILE *out, size_t count, const char *one, const char *many);

/* The length in bytes of the character at `text`, and its number; 0: the end, or not UTF-8. */
size_t ga_utf8_next(const char *text, uint32_t *character);

#endif
