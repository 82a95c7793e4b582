/* Logistic regression with weight decay, right or with one mistake, in both forms. */
#include "regression.h"

#include <math.h>
#include <string.h>

enum {
    N = REGRESSION_SAMPLES,
    K = REGRESSION_INPUTS
};

static const double inputs[N][K] = {{1.0, 0.2, -0.5}, {0.4, 1.1, 0.3},  {-0.8, 0.6, 0.9},
                                    {0.1, -1.3, 0.7}, {0.6, 0.5, -1.2}, {-0.3, 0.8, 0.4}};
static const double labels[N] = {1.0, 1.0, 0.0, 0.0, 1.0, 0.0};
static const double decay = 0.1;
static const double start[K + 1] = {0.3, -0.4, 0.2, 0.1};

static double logit(const double *w, double b, size_t i)
{
    double sum = b;
    for (size_t k = 0; k < K; k++) {
        sum += w[k] * inputs[i][k];
    }
    return sum;
}

static double value(const double *w, double b)
{
    double sum = 0.0;
    for (size_t i = 0; i < N; i++) {
        const double z = logit(w, b, i);
        sum += log1p(exp(z)) - labels[i] * z;
    }
    for (size_t k = 0; k < K; k++) {
        sum += 0.5 * decay * w[k] * w[k];
    }
    return sum;
}

static void slopes(const double *w, double b, double *dw, double *db)
{
    *db = 0.0;
    for (size_t k = 0; k < K; k++) {
        dw[k] = decay * w[k];
    }
    for (size_t i = 0; i < N; i++) {
        const double miss = 1.0 / (1.0 + exp(-logit(w, b, i))) - labels[i];
        for (size_t k = 0; k < K; k++) {
            dw[k] += miss * inputs[i][k];
        }
        *db += miss;
    }
}

static double loss(void *user)
{
    const regression *const m = user;
    return value(m->w, m->b);
}

static int gradient(void *user)
{
    regression *const m = user;
    if (m->mistake == GRADIENT_REFUSES) {
        return 1;
    }
    slopes(m->w, m->b, m->dw, &m->db);
    if (m->mistake == BIAS_FORGETS_ITS_SIGN) {
        m->db = -m->db;
    }
    if (m->mistake == WEIGHT_DECAY_MISSING) {
        for (size_t k = 0; k < K; k++) {
            m->dw[k] -= decay * m->w[k];
        }
    }
    return 0;
}

ga_problem *regression_problem(regression *model, regression_mistake mistake)
{
    *model = (regression){.b = start[K], .mistake = mistake};
    memcpy(model->w, start, sizeof model->w);
    ga_problem *p = NULL;
    ga_problem_new("regression", &p);
    GA_TENSOR(p, "weights", model->w, model->dw, K);
    GA_VARIABLE(p, "bias", &model->b, &model->db);
    ga_problem_input(p, "inputs", inputs, sizeof inputs);
    ga_problem_input(p, "labels", labels, sizeof labels);
    ga_problem_callbacks(p, loss, gradient, model);
    return p;
}

static double flat_loss(const double *x, size_t n, void *user)
{
    (void)n;
    (void)user;
    return value(x, x[K]);
}

static int flat_gradient(const double *x, size_t n, double *g, void *user)
{
    (void)n;
    (void)user;
    slopes(x, x[K], g, &g[K]);
    return 0;
}

static int flat_gradient_wrong(const double *x, size_t n, double *g, void *user)
{
    const int status = flat_gradient(x, n, g, user);
    g[1] *= 1.01;
    return status;
}

ga_problem *regression_flat(int wrong)
{
    ga_problem *p = NULL;
    ga_problem_flat(&(ga_flat){.name = "regression",
                               .n = K + 1,
                               .x = start,
                               .loss = flat_loss,
                               .grad = wrong ? flat_gradient_wrong : flat_gradient},
                    &p);
    ga_problem_slice(p, &(ga_slice){.name = "weights", .offset = 0, .rank = 1, .shape = {K}});
    ga_problem_slice(p, &(ga_slice){.name = "bias", .offset = K});
    return p;
}
