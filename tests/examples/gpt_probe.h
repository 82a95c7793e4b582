/*
 * The inside of the GPT of examples/, as flat vectors of double, for tests that compare gradients
 * without any help of the library. gpt_probe.c is built twice, with REAL as float and as double.
 */
#ifndef GRADAUDIT_TESTS_EXAMPLES_GPT_PROBE_H
#define GRADAUDIT_TESTS_EXAMPLES_GPT_PROBE_H

#include "gpt.h"

enum {
    GPT_PARAMETERS =
        VOCABULARY * CHANNELS + CONTEXT * CHANNELS +
        LAYERS * (4 * CHANNELS + 3 * CHANNELS * (CHANNELS + 1) + CHANNELS * (CHANNELS + 1) +
                  WIDE * (CHANNELS + 1) + CHANNELS * (WIDE + 1)) +
        2 * CHANNELS
};

/* The loss, and its gradient unless `gradient` is NULL, at the GPT_PARAMETERS numbers x; NULL: at
 * the start. */
double gpt_probe_float(const gpt_setup *setup, const double *x, double *gradient);
double gpt_probe_double(const gpt_setup *setup, const double *x, double *gradient);

/* The start, the same for both. */
void gpt_probe_start_float(const gpt_setup *setup, double *x);
void gpt_probe_start_double(const gpt_setup *setup, double *x);

#endif
