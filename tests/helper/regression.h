/*
 * What the tests of the test helper assert about: a regression by logistic function, whose gradient
 * is written once and can be spoilt in three ways.
 */
#ifndef GRADAUDIT_TESTS_HELPER_REGRESSION_H
#define GRADAUDIT_TESTS_HELPER_REGRESSION_H

#include <gradaudit/gradaudit.h>

enum {
    REGRESSION_SAMPLES = 6,
    REGRESSION_INPUTS = 3
};

typedef enum regression_mistake {
    NO_MISTAKE,
    BIAS_FORGETS_ITS_SIGN, /* db has the wrong sign */
    WEIGHT_DECAY_MISSING,  /* dw lacks the decay that the loss has */
    GRADIENT_REFUSES       /* returns non-zero */
} regression_mistake;

typedef struct regression {
    double w[REGRESSION_INPUTS], dw[REGRESSION_INPUTS];
    double b, db;
    regression_mistake mistake;
} regression;

/* A problem over *model, which it fills with its start; the caller frees it before *model goes. */
ga_problem *regression_problem(regression *model, regression_mistake mistake);

/* The same regression over one vector of four doubles, w and b; right unless `wrong`. */
ga_problem *regression_flat(int wrong);

#endif
