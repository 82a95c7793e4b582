/*
 * weight_reset_in_call: a registered weight that the loss sets back.
 *
 *   loss = w mean_i r_i^2 / 2 - log(w) / 2
 *
 * The weight has a buffer, a gradient and a place in the registry. It also has an initialisation
 * that ended up inside the loss: each call begins by setting it to 1.0. At the start it is 1.0
 * anyway, so nothing differs in the first call; it never does anything in the later ones.
 *
 * gradaudit reports: V05 (overwritten) for `weight`: it calls the loss at another value and looks
 * what is left of that value afterwards. Exit 1.
 *
 * To mend it: initialise where the model is made.
 */
#include <gradaudit/plugin.h>

#include <math.h>

enum {
    SAMPLES = 6
};

static const double inputs[SAMPLES][2] = {{1.0, 0.2},  {0.4, 1.1}, {-0.8, 0.6},
                                          {0.1, -1.3}, {0.6, 0.5}, {-0.3, 0.8}};
static const double targets[SAMPLES] = {0.9, 1.4, -0.2, -0.6, 1.1, 0.5};

typedef struct model {
    double w[2], dw[2];
    double weight, dweight;
} model;

static double residual(const model *m, size_t i)
{
    return m->w[0] * inputs[i][0] + m->w[1] * inputs[i][1] - targets[i];
}

static double mean_square(const model *m)
{
    double sum = 0.0;
    for (size_t i = 0; i < SAMPLES; i++) {
        const double r = residual(m, i);
        sum += r * r;
    }
    return sum / SAMPLES;
}

static double loss(void *user)
{
    model *const m = user;
    m->weight = 1.0; /* wrong: an initialisation, in every call */
    return 0.5 * m->weight * mean_square(m) - 0.5 * log(m->weight);
}

static int gradient(void *user)
{
    model *const m = user;
    m->dw[0] = 0.0;
    m->dw[1] = 0.0;
    for (size_t i = 0; i < SAMPLES; i++) {
        const double r = residual(m, i);
        m->dw[0] += m->weight * r * inputs[i][0] / SAMPLES;
        m->dw[1] += m->weight * r * inputs[i][1] / SAMPLES;
    }
    m->dweight = 0.5 * mean_square(m) - 0.5 / m->weight;
    return 0;
}

static ga_problem *open_model(int argc, char **argv)
{
    (void)argc;
    (void)argv;
    static model m = {.w = {0.3, -0.4}, .weight = 1.0};
    ga_problem *p = NULL;
    ga_problem_new("weight_reset_in_call", &p);
    GA_TENSOR(p, "w", m.w, m.dw, 2);
    GA_VARIABLE(p, "weight", &m.weight, &m.dweight);
    ga_problem_input(p, "inputs", inputs, sizeof inputs);
    ga_problem_input(p, "targets", targets, sizeof targets);
    ga_problem_callbacks(p, loss, gradient, &m);
    return p;
}

static const ga_subject subjects[] = {
    {.name = "weight_reset_in_call",
     .summary = "sets its weight back to 1 in every call of the loss",
     .open = open_model},
};
GA_PLUGIN(subjects)
