/* Logistic regression in buffers of its own, right and wrong in many ways; see subjects.h. */
#include "subjects.h"

#include <math.h>
#include <string.h>

static const double inputs[REGRESSION_SAMPLES][3] = {
    {1.0, 0.2, -0.7}, {0.4, 1.1, 0.3},  {-0.8, 0.6, 1.4}, {0.1, -1.3, 0.9},
    {0.6, 0.5, -1.1}, {-0.3, 0.8, 0.2}, {1.7, -0.4, 0.5}, {-1.2, -0.9, -0.6}};
static const double labels[REGRESSION_SAMPLES] = {1, 1, 0, 0, 1, 0, 1, 0};

static int uses_bias(const regression *model)
{
    return model->fault != REGRESSION_IGNORES_BIAS && model->fault != REGRESSION_PHANTOM_BIAS;
}

static double margin(const regression *model, size_t k)
{
    const double *const a = inputs[k];
    const double bias = model->fault == REGRESSION_GATED_BIAS ? 0.0 * model->b : model->b;
    return model->w[0] * a[0] + model->w[1] * a[1] + model->w[2] * a[2] +
           (uses_bias(model) ? bias : 0.0);
}

/* log(1 + exp(z)) - label z, without overflow. */
static double cost(double z, double label)
{
    return (z > 0.0 ? z : 0.0) + log1p(exp(-fabs(z))) - label * z;
}

double regression_loss(const regression *model)
{
    double sum = 0.0;
    for (size_t k = 0; k < REGRESSION_SAMPLES; k++) {
        sum += cost(margin(model, k), labels[k]);
    }
    return sum / REGRESSION_SAMPLES;
}

void regression_slopes(const regression *model, double w[3], double *b)
{
    memset(w, 0, 3 * sizeof *w);
    *b = 0.0;
    for (size_t k = 0; k < REGRESSION_SAMPLES; k++) {
        const double r = 1.0 / (1.0 + exp(-margin(model, k))) - labels[k];
        for (size_t j = 0; j < 3; j++) {
            w[j] += r * inputs[k][j] / REGRESSION_SAMPLES;
        }
        *b += r / REGRESSION_SAMPLES;
    }
}

regression regression_at_start(void)
{
    return (regression){.w = {0.4, -0.9, 0.7}, .b = 0.3};
}

static double loss(void *user)
{
    regression *const model = user;
    if (model->fault == REGRESSION_SETS_BIAS) {
        model->b = 0.3;
    }
    if (model->fault == REGRESSION_SETS_WEIGHT) {
        model->w[1] = -1.0;
    }
    double fresh = 1.0;
    double dfresh = 0.0;
    if (model->fault == REGRESSION_REGISTERS) {
        GA_VARIABLE(model->problem, "fresh", &fresh, &dfresh);
    }
    return fresh * regression_loss(model);
}

static void store(regression *model, const double w[3], double b)
{
    const double scale = model->gradient_scale != 0.0 ? model->gradient_scale : 1.0;
    const int adds = model->fault == REGRESSION_ADDS ||
                     (model->accumulates && model->fault != REGRESSION_CLEARS);
    for (size_t j = 0; j < 3; j++) {
        model->dw[j] = (adds ? model->dw[j] : 0.0) + scale * w[j];
    }
    if (model->fault != REGRESSION_FORGETS_BIAS) {
        model->db = (model->accumulates ? model->db : 0.0) + scale * b;
    }
}

static int gradient(void *user)
{
    regression *const model = user;
    double w[3];
    double b = 0.0;
    regression_slopes(model, w, &b);
    const int count = model->fault == REGRESSION_SUMS ? REGRESSION_SAMPLES : 1;
    for (size_t j = 0; j < 3; j++) {
        w[j] *= count;
    }
    b *= count;
    if (model->fault == REGRESSION_IGNORES_BIAS || model->fault == REGRESSION_GATED_BIAS ||
        model->fault == REGRESSION_CUTS_BIAS) {
        b = 0.0;
    }
    if (model->fault == REGRESSION_CUTS_WEIGHT) {
        w[2] = 0.0;
    }
    store(model, w, b);
    if (model->fault == REGRESSION_MOVES_WEIGHT) {
        model->w[0] -= 0.1 * w[0];
    }
    return 0;
}

ga_problem *regression_open(regression *model, regression_fault fault)
{
    ga_problem *p = NULL;
    (void)ga_problem_new("regression", &p);
    model->fault = fault;
    model->problem = p;
    ga_problem_add(p, &(ga_variable){.name = "w",
                                     .value = model->w,
                                     .grad = model->dw,
                                     .dtype = GA_F64,
                                     .rank = 1,
                                     .shape = {3},
                                     .accumulates = model->accumulates,
                                     .gradient_scale = model->gradient_scale});
    ga_problem_add(p, &(ga_variable){.name = "b",
                                     .value = &model->b,
                                     .grad = &model->db,
                                     .dtype = GA_F64,
                                     .accumulates = model->accumulates,
                                     .gradient_scale = model->gradient_scale});
    ga_problem_input(p, "inputs", inputs, sizeof inputs);
    ga_problem_input(p, "labels", labels, sizeof labels);
    ga_problem_callbacks(p, loss, gradient, model);
    return p;
}
