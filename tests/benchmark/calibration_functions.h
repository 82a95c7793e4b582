/*
 * Functions of one variable with known derivatives, to calibrate error bars on.
 *
 * Most are what losses are made of; the others are what makes slopes hard to measure: noise, float
 * arithmetic, solvers that stop early, kinks and jumps near the point. A function may depend on the
 * point c at which it is probed, so that a kink can be put at a known distance from it.
 */
#ifndef GA_CALIBRATION_FUNCTIONS_H
#define GA_CALIBRATION_FUNCTIONS_H

#include <stddef.h>

typedef enum calibration_class {
    CALIBRATION_SMOOTH,
    CALIBRATION_NOISY, /* noise, or float arithmetic, or an inner solver */
    CALIBRATION_NEAR_KINK,
    CALIBRATION_UNDEFINED, /* no derivative at the point, or none worth having */
    CALIBRATION_HELD_OUT,  /* never the reason for a change of the probe */
    CALIBRATION_CLASSES
} calibration_class;

typedef double calibration_fn(double x, double c);

typedef struct calibration_function {
    const char *name;
    calibration_fn *value;
    calibration_fn *slope;
    double low; /* the points are drawn from [low, high], */
    double high;
    int logarithmic; /* evenly in log x, */
    int is_float;    /* and rounded to floats */
    calibration_class group;
    double rounding; /* absolute rounding error of `slope` itself */
} calibration_function;

extern const calibration_function calibration_functions[];
extern const size_t calibration_function_count;

#endif
