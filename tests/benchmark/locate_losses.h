/*
 * Smooth losses of any size with known gradients, as a ga_field.
 *
 * The loss is m + m^2/5 + sin(w), where m is the mean over all elements of a quartic in y_j and of
 * y_j y_{j+1}, with a linear part that keeps |g| the same for any N, w is a weighted mean of y_j,
 * and y_j = x_j / (size of its variable). The gradient is exact; faults are planted in a copy.
 */
#ifndef GA_LOCATE_LOSSES_H
#define GA_LOCATE_LOSSES_H

#include "field.h"

enum {
    LOSS_VARIABLES = 16
};

typedef struct loss_field {
    size_t count;
    int is_float; /* parameters, arithmetic and result in float */
    size_t boundaries[LOSS_VARIABLES + 1];
    double unit[LOSS_VARIABLES];    /* size of the parameters, */
    double scale[LOSS_VARIABLES];   /* their rms */
    void *x, *moved;                /* float or double */
    void *true_gradient, *gradient; /* the same type; faults are planted in the second */
    float *square, *line;           /* coefficients of each element */
    ga_profile profile;
    ga_field field;
    size_t evaluations; /* by the field */
    size_t confirmations;
    size_t confirm_evaluations;
    size_t false_elements; /* right ones that were confirmed as wrong */
    size_t most;           /* the budget; SIZE_MAX: none */
    double kink;           /* weight of a sum of |y_j - 1|, 0: smooth */
} loss_field;

/* 0: no memory. The field is ready, its profile measured. */
int loss_field_begin(loss_field *loss, size_t count, int is_float, uint64_t seed);
void loss_field_free(loss_field *loss);

/* The true gradient and the one with faults. */
double loss_field_true(const loss_field *loss, size_t element);
double loss_field_claim(const loss_field *loss, size_t element);
void loss_field_plant(loss_field *loss, size_t element, double claim);
void loss_field_heal(loss_field *loss); /* all faults away */
double loss_field_scale(const loss_field *loss, size_t element);
size_t loss_field_variable(const loss_field *loss, size_t element);

/* G, once faults are planted. */
void loss_field_weigh(loss_field *loss);

#endif
