/*
 * Losses in float that are full of kinks, with right gradients and one fault to choose.
 *
 *     rough model;
 *     rough_begin(&model, ROUGH_HUBER, 7);
 *     model.wrong = 3, model.factor = 2.0;
 *     ga_problem *p = rough_open(&model);
 *     ... audit, compare model.x with what it was ...
 *     ga_problem_free(p);
 *
 * Each is a mean over 150 samples, so that kinks lie closer together than the shortest step that
 * float allows. Samples and parameters are drawn from -1..1 by the kind and the seed. The loss is
 * computed in float throughout, the gradient in double; only its result is stored as float.
 */
#ifndef GA_ROUGH_LOSSES_H
#define GA_ROUGH_LOSSES_H

#include <gradaudit/gradaudit.h>

#define ROUGH_KINDS(X)                                                                             \
    X(ROUGH_HINGE, "hinge")                                                                        \
    X(ROUGH_HUBER, "Huber")                                                                        \
    X(ROUGH_QUANTILE, "quantile, L1")                                                              \
    X(ROUGH_RECTIFIERS, "rectifiers, 6-4-1")                                                       \
    X(ROUGH_LARGEST, "the largest of 6")

#define ROUGH_NAME(name, text) name,
typedef enum rough_kind {
    ROUGH_KINDS(ROUGH_NAME) ROUGH_KIND_COUNT
} rough_kind;

enum {
    ROUGH_SAMPLES = 150,
    ROUGH_INPUTS = 6,
    ROUGH_UNITS = 4,
    ROUGH_HIDDEN =
        ROUGH_INPUTS * ROUGH_UNITS, /* weights into the units; those out of them follow */
    ROUGH_MOST = ROUGH_HIDDEN + ROUGH_UNITS
};

typedef struct rough {
    rough_kind kind;
    uint64_t random; /* state of the generator */
    size_t n;        /* parameters in use */
    float inputs[ROUGH_SAMPLES][ROUGH_INPUTS], targets[ROUGH_SAMPLES];
    float x[ROUGH_MOST], g[ROUGH_MOST];
    size_t wrong; /* the element of the gradient that is multiplied by */
    double factor;
    double amount; /* and has this added to it */
    unsigned slow; /* a call of the loss takes as many microseconds */
} rough;

const char *rough_text(rough_kind kind);

/* A right one. */
void rough_begin(rough *model, rough_kind kind, uint64_t seed);

/* The next number in -1..1, of 24 bits. */
float rough_uniform(rough *model);

/* One variable "w"; of a network of rectifiers "into" and "out", which lie one behind the other in
 * model->x. */
ga_problem *rough_open(rough *model);

/* The gradient at model->x into model->g, the fault included; user: the model. */
ga_grad_fn rough_gradient;

#endif
