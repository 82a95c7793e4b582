/*
 * Numbers and names as reports print them: the same bytes in every locale, and nothing that a
 * hostile name could do to a terminal.
 */
#ifndef GA_REPORTS_PRINT_H
#define GA_REPORTS_PRINT_H

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

/* "1 error", "2 errors". */
void ga_print_count(FILE *out, size_t count, const char *one, const char *many);

/*
 * A text of unknown origin. Control characters, what turns the direction of writing, bytes that are
 * not UTF-8 and, with `ascii`, all beyond ASCII appear as \n, \x1b, \u202e. What is wider than
 * `most` columns is cut and ends in "...". Returns the columns used, counting one for each
 * character; `out` may be NULL, to ask for the width alone.
 */
size_t ga_print_text(FILE *out, const char *text, int ascii, size_t most);

/* The length in bytes of the character at `text`, and its number; 0: the end, or not UTF-8. */
size_t ga_utf8_next(const char *text, uint32_t *character);

#endif
