/*
 * registered_weight: a loss that has a weight of its own, registered once, as it should be.
 *
 * A straight line is fitted to measurements of unknown accuracy. The loss is the Gaussian negative
 * log-likelihood, and the logarithm of the variance is trained along with the line:
 *
 *   loss = mean_i ( exp(-s) r_i^2 / 2 + s / 2 ),   r_i = a + b t_i - y_i
 *
 * s belongs to the loss, not to the model, which is where such weights get lost: see
 * weight_created_in_call.c and weight_reset_in_call.c for two ways. Here it lives in the same
 * struct as the rest, is registered before the first call, and has a gradient.
 *
 * gradaudit reports: nothing to mend. Exit 0.
 */
#include <gradaudit/plugin.h>

#include <math.h>

enum {
    SAMPLES = 8
};

static const double times[SAMPLES] = {0.0, 0.5, 1.0, 1.5, 2.0, 2.5, 3.0, 3.5};
static const double values[SAMPLES] = {0.9, 1.6, 1.8, 2.7, 2.9, 3.6, 3.7, 4.6};

typedef struct fit {
    double line[2], dline[2]; /* a, b */
    double log_variance, dlog_variance;
} fit;

static double residual(const fit *f, size_t i)
{
    return f->line[0] + f->line[1] * times[i] - values[i];
}

static double loss(void *user)
{
    const fit *const f = user;
    double sum = 0.0;
    for (size_t i = 0; i < SAMPLES; i++) {
        const double r = residual(f, i);
        sum += 0.5 * exp(-f->log_variance) * r * r + 0.5 * f->log_variance;
    }
    return sum / SAMPLES;
}

static int gradient(void *user)
{
    fit *const f = user;
    const double precision = exp(-f->log_variance);
    f->dline[0] = 0.0;
    f->dline[1] = 0.0;
    f->dlog_variance = 0.0;
    for (size_t i = 0; i < SAMPLES; i++) {
        const double r = residual(f, i);
        f->dline[0] += precision * r / SAMPLES;
        f->dline[1] += precision * r * times[i] / SAMPLES;
        f->dlog_variance += 0.5 * (1.0 - precision * r * r) / SAMPLES;
    }
    return 0;
}

static ga_problem *open_fit(int argc, char **argv)
{
    (void)argc;
    (void)argv;
    static fit f = {.line = {0.7, 0.8}, .log_variance = -0.5};
    ga_problem *p = NULL;
    ga_problem_new("registered_weight", &p);
    GA_TENSOR(p, "line", f.line, f.dline, 2);
    GA_VARIABLE(p, "log_variance", &f.log_variance, &f.dlog_variance);
    ga_problem_input(p, "times", times, sizeof times);
    ga_problem_input(p, "values", values, sizeof values);
    ga_problem_callbacks(p, loss, gradient, &f);
    return p;
}

static const ga_subject subjects[] = {
    {.name = "registered_weight",
     .summary = "a loss with a trained log-variance, right",
     .open = open_fit},
};
GA_PLUGIN(subjects)
