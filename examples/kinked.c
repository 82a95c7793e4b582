/*
 * kinked: a ReLU exactly at its corner.
 *
 * One of the samples meets the unit with an input of exactly 0: to one side the loss slopes, to
 * the other it does so differently. The gradient uses the slope of the left side, as most code
 * does, which is a valid choice. It is worth knowing all the same: a point that starts on a corner
 * is rarely meant, and near it no difference quotient can be trusted.
 *
 * gradaudit reports: S01 (kink), a warning, with both one-sided slopes; the gradient lies between
 * them and is accepted. Warnings do not change the exit code: 0.
 *
 * To mend it, if it is not meant: start elsewhere, or use a smooth unit (softplus). If it is:
 * ga_allow(p, "S01", NULL, "ReLU at 0 by design").
 */
#include <gradaudit/plugin.h>

enum {
    SAMPLES = 4
};

/* The second sample sees 0.5 * 1 - 0.5 * 1 + 0 = 0. */
static const double inputs[SAMPLES][2] = {{2.0, 1.0}, {1.0, 1.0}, {3.0, -1.0}, {-1.0, 2.0}};
static const double targets[SAMPLES] = {1.0, 0.8, 1.7, 0.2};

typedef struct model {
    double w[2], dw[2];
    double b, db;
} model;

static double unit(const model *m, size_t i)
{
    return m->w[0] * inputs[i][0] + m->w[1] * inputs[i][1] + m->b;
}

static double loss(void *user)
{
    const model *const m = user;
    double sum = 0.0;
    for (size_t i = 0; i < SAMPLES; i++) {
        const double a = unit(m, i);
        const double r = (a > 0.0 ? a : 0.0) - targets[i];
        sum += 0.5 * r * r;
    }
    return sum / SAMPLES;
}

static int gradient(void *user)
{
    model *const m = user;
    m->dw[0] = 0.0;
    m->dw[1] = 0.0;
    m->db = 0.0;
    for (size_t i = 0; i < SAMPLES; i++) {
        const double a = unit(m, i);
        if (a > 0.0) { /* at 0: the slope of the left side */
            const double r = a - targets[i];
            m->dw[0] += r * inputs[i][0] / SAMPLES;
            m->dw[1] += r * inputs[i][1] / SAMPLES;
            m->db += r / SAMPLES;
        }
    }
    return 0;
}

static ga_problem *open_model(int argc, char **argv)
{
    (void)argc;
    (void)argv;
    static model m = {.w = {0.5, -0.5}, .b = 0.0};
    ga_problem *p = NULL;
    ga_problem_new("kinked", &p);
    GA_TENSOR(p, "w", m.w, m.dw, 2);
    GA_VARIABLE(p, "b", &m.b, &m.db);
    ga_problem_input(p, "inputs", inputs, sizeof inputs);
    ga_problem_input(p, "targets", targets, sizeof targets);
    ga_problem_callbacks(p, loss, gradient, &m);
    return p;
}

static const ga_subject subjects[] = {
    {.name = "kinked", .summary = "a ReLU exactly at its corner", .open = open_model},
};
GA_PLUGIN(subjects)
