/*
 * Comparing what audits say.
 *
 *     char said[SAID_SIZE];
 *     cr_expect_str_eq(said_of(result, said), "G01:b[17] G05:w");
 *     cr_expect(differences_of(one_worker, two_workers, stderr) == 0);
 */
#ifndef GA_TEST_ALIKE_H
#define GA_TEST_ALIKE_H

#include "gradaudit/gradaudit.h"

#include <stdio.h>

enum {
    SAID_SIZE = 1024,
    SAID_INDICES = 4 /* so many elements are named one by one, not more */
};

/* The errors and warnings, CODE:variable[index]..., sorted and separated by blanks. "" is nothing.
 */
const char *said_of(const ga_result *result, char said[SAID_SIZE]);

/* How many fields differ, `seconds` apart, down to the bits; each is a line on `out`. */
size_t differences_of(const ga_result *a, const ga_result *b, FILE *out);

#endif
