/*
 * What people train: regressions and small networks, in double, and in float inside a double
 * interface or between float tensors.
 */
#include "loss.h"

#include <stdlib.h>
#include <tgmath.h> /* the same formulas in both precisions */

enum {
    NET_LAYERS = 4,
    NET_WIDEST = 16
};

enum {
    FIT_LINEAR,
    FIT_LOGISTIC,
    FIT_POISSON,
    FIT_HUBER,
    FIT_LOG_COSH,
    FIT_SQUARED_HINGE,
    FIT_HINGE,
    FIT_GAMMA,
    FIT_FOCAL,
    FIT_SIGMOID_SQUARES
};

enum {
    NET_TANH,
    NET_RELU,
    NET_LEAKY,
    NET_SIGMOID,
    NET_SOFTPLUS,
    NET_SWISH
};

#define REAL double
#define NAMED(name) name##_double
#include "loss_fit_body.h"
#undef REAL
#undef NAMED
#define REAL float
#define NAMED(name) name##_float
#include "loss_fit_body.h"
#undef REAL
#undef NAMED

/* ---- Regressions: data from a linear law with noise ------------------------------------------ */

typedef struct fit {
    const char *name;
    int kind;
    size_t inputs, samples;
    double decay;
    loss_form form;
} fit;

static const fit fits[] = {
    {"linear regression", FIT_LINEAR, 7, 30, 0.0, LOSS_FLAT},
    {"logistic regression", FIT_LOGISTIC, 5, 30, 0.0, LOSS_FLAT},
    {"logistic, decay, sliced", FIT_LOGISTIC, 20, 60, 0.01, LOSS_SLICES},
    {"poisson regression", FIT_POISSON, 4, 25, 0.0, LOSS_FLAT},
    {"huber", FIT_HUBER, 6, 20, 0.001, LOSS_FLAT},
    {"log-cosh, tensors", FIT_LOG_COSH, 9, 20, 0.0, LOSS_TENSORS},
    {"squared hinge", FIT_SQUARED_HINGE, 11, 40, 0.01, LOSS_FLAT},
    {"hinge", FIT_HINGE, 8, 40, 0.01, LOSS_SLICES},
    {"gamma regression", FIT_GAMMA, 5, 20, 0.0, LOSS_FLAT},
    {"focal loss", FIT_FOCAL, 10, 30, 0.0, LOSS_TENSORS},
    {"sigmoid squares", FIT_SIGMOID_SQUARES, 8, 30, 0.0, LOSS_FLAT},
    {"logistic, wide", FIT_LOGISTIC, 59, 80, 0.0, LOSS_FLAT},
};

static void split(loss *out, size_t first)
{
    out->part_count = 2;
    out->parts[0] = first;
    out->parts[1] = out->n - first;
}

void loss_make_fit(loss *out, int instance, loss_random *random)
{
    const fit *const at = &fits[out->kind];
    (void)instance;
    out->name = at->name;
    out->n = at->inputs + 1;
    out->samples = at->samples;
    out->decay = at->decay;
    out->form = at->form;
    out->kind = at->kind;
    out->value = fit_value_double;
    out->slope = fit_slope_double;
    split(out, at->inputs); /* weights and bias */
    out->data = calloc(out->samples * out->n, sizeof *out->data);
    if (!out->data) {
        return;
    }
    for (size_t k = 0; k < out->n; k++) {
        out->x[k] = 0.5 * loss_normal(random);
    }
    for (size_t i = 0; i < out->samples; i++) {
        double *const row = out->data + i * out->n;
        double z = 0.3 * loss_normal(random);
        for (size_t k = 0; k < at->inputs; k++) {
            row[k] = loss_normal(random);
            z += row[k] / sqrt((double)at->inputs);
        }
        const int is_class = at->kind == FIT_LOGISTIC || at->kind == FIT_SQUARED_HINGE ||
                             at->kind == FIT_HINGE || at->kind == FIT_FOCAL ||
                             at->kind == FIT_SIGMOID_SQUARES;
        const int is_count = at->kind == FIT_POISSON || at->kind == FIT_GAMMA;
        row[at->inputs] = is_class ? (z > 0.0 ? 1.0 : 0.0) : is_count ? floor(exp(z) + 0.5) : z;
    }
}

/* ---- Networks -------------------------------------------------------------------------------- */

typedef struct network {
    const char *name;
    int kind;
    int layers;
    size_t sizes[4];
    size_t samples;
    int classes;
    double decay;
    loss_form form;
} network;

static const network networks[] = {
    {"softmax regression", NET_TANH, 1, {4, 3}, 30, 1, 0.01, LOSS_FLAT},
    {"softmax, 4 of 13, tensors", NET_TANH, 1, {13, 4}, 30, 1, 0.0, LOSS_TENSORS},
    {"tanh 2-5-1", NET_TANH, 2, {2, 5, 1}, 12, 0, 0.0, LOSS_FLAT},
    {"tanh 4-8-3", NET_TANH, 2, {4, 8, 3}, 16, 1, 0.01, LOSS_TENSORS},
    {"tanh 6-10-8-3", NET_TANH, 3, {6, 10, 8, 3}, 12, 1, 0.0, LOSS_SLICES},
    {"relu 3-8-2", NET_RELU, 2, {3, 8, 2}, 16, 0, 0.0, LOSS_FLAT},
    {"relu 6-12-4", NET_RELU, 2, {6, 12, 4}, 12, 1, 0.001, LOSS_TENSORS},
    {"leaky relu 5-8-8-2", NET_LEAKY, 3, {5, 8, 8, 2}, 10, 0, 0.0, LOSS_FLAT},
    {"sigmoid 3-6-2", NET_SIGMOID, 2, {3, 6, 2}, 16, 1, 0.0, LOSS_FLAT},
    {"sigmoid 5-9-7-3", NET_SIGMOID, 3, {5, 9, 7, 3}, 10, 0, 0.01, LOSS_SLICES},
    {"softplus 4-10-1", NET_SOFTPLUS, 2, {4, 10, 1}, 14, 0, 0.0, LOSS_TENSORS},
    {"swish 4-12-6-2", NET_SWISH, 3, {4, 12, 6, 2}, 10, 0, 0.0, LOSS_FLAT},
};

void loss_make_network(loss *out, int instance, loss_random *random)
{
    const network *const at = &networks[out->kind];
    (void)instance;
    out->name = at->name;
    out->layers = at->layers;
    out->samples = at->samples;
    out->classes = at->classes;
    out->decay = at->decay;
    out->form = at->form;
    out->kind = at->kind;
    out->value = network_value_double;
    out->slope = network_slope_double;
    out->sizes[0] = at->sizes[0];
    for (int layer = 1; layer <= at->layers; layer++) {
        const size_t inputs = at->sizes[layer - 1];
        const size_t outputs = at->sizes[layer];
        out->sizes[layer] = outputs;
        out->parts[out->part_count++] = inputs * outputs;
        out->parts[out->part_count++] = outputs;
        for (size_t k = 0; k < inputs * outputs + outputs; k++) {
            const double spread = k < inputs * outputs ? 1.0 / sqrt((double)inputs) : 0.1;
            out->x[out->n++] = spread * loss_normal(random);
        }
    }
    const size_t wanted = at->sizes[at->layers];
    const size_t width = at->sizes[0] + wanted;
    out->data = calloc(out->samples * width, sizeof *out->data);
    if (!out->data) {
        return;
    }
    for (size_t i = 0; i < out->samples; i++) {
        double *const row = out->data + i * width;
        for (size_t k = 0; k < at->sizes[0]; k++) {
            row[k] = loss_normal(random);
        }
        const size_t class = (size_t)loss_uniform(random, 0.0, (double)wanted - 1e-9);
        for (size_t j = 0; j < wanted; j++) {
            row[at->sizes[0] + j] = at->classes ? (j == class ? 1.0 : 0.0) : loss_normal(random);
        }
    }
}

/* The same data and point, all arithmetic in float; the point is rounded when it lies in floats. */
static void make_float(loss *out)
{
    if (out->form == LOSS_TENSORS) {
        out->form = LOSS_SLICES;
    }
    out->rtol = 0.0;
}

void loss_make_float_fit(loss *out, int instance, loss_random *random)
{
    loss_make_fit(out, instance, random);
    make_float(out);
    out->value = fit_value_float;
    out->slope = fit_slope_float;
}

void loss_make_float_network(loss *out, int instance, loss_random *random)
{
    loss_make_network(out, instance, random);
    make_float(out);
    out->value = network_value_float;
    out->slope = network_slope_float;
}

static void in_floats(loss *out, int how)
{
    out->form = LOSS_FLOATS;
    for (size_t k = 0; k < out->n; k++) {
        out->x[k] = (double)(float)out->x[k];
    }
    (void)how;
}

#define FIT(k)                                                                                     \
    {                                                                                              \
        NULL, LOSS_REGRESSION, loss_make_fit, k, NULL, 0                                           \
    }
#define NET(k)                                                                                     \
    {                                                                                              \
        NULL, LOSS_NETWORK, loss_make_network, k, NULL, 0                                          \
    }
#define FLOAT_FIT(k)                                                                               \
    {                                                                                              \
        NULL, LOSS_FLOAT_INSIDE, loss_make_float_fit, k, NULL, 0                                   \
    }
#define FLOAT_NET(k)                                                                               \
    {                                                                                              \
        NULL, LOSS_FLOAT_INSIDE, loss_make_float_network, k, NULL, 0                               \
    }
#define FLOATS_FIT(k)                                                                              \
    {                                                                                              \
        NULL, LOSS_FLOAT_TENSOR, loss_make_float_fit, k, in_floats, 0                              \
    }
#define FLOATS_NET(k)                                                                              \
    {                                                                                              \
        NULL, LOSS_FLOAT_TENSOR, loss_make_float_network, k, in_floats, 0                          \
    }
#define DOUBLE_IN_FLOATS(k)                                                                        \
    {                                                                                              \
        NULL, LOSS_FLOAT_TENSOR, loss_make_network, k, in_floats, 0                                \
    }

/* clang-format off */
static const loss_entry entries[] = {
    FIT(0), FIT(1), FIT(2), FIT(3), FIT(4), FIT(5), FIT(6), FIT(7), FIT(8), FIT(9), FIT(10),
    FIT(11),
    NET(0), NET(1), NET(2), NET(3), NET(4), NET(5), NET(6), NET(7), NET(8), NET(9), NET(10),
    NET(11),
    FLOAT_FIT(0), FLOAT_FIT(1), FLOAT_FIT(3), FLOAT_FIT(5), FLOAT_NET(0), FLOAT_NET(2),
    FLOAT_NET(3), FLOAT_NET(5), FLOAT_NET(8), FLOAT_NET(10),
    FLOATS_FIT(1), FLOATS_FIT(4), FLOATS_FIT(11), FLOATS_NET(0), FLOATS_NET(1), FLOATS_NET(3),
    FLOATS_NET(5), FLOATS_NET(6), FLOATS_NET(9), DOUBLE_IN_FLOATS(3), DOUBLE_IN_FLOATS(6),
};
/* clang-format on */

const loss_family loss_fits = {entries, sizeof entries / sizeof *entries};
