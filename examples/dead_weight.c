/*
 * dead_weight: registered, passed around, without any effect.
 *
 * The gate was multiplied by 0 for an experiment and forgotten. Its gradient is 0, rightly so: the
 * loss does not depend on it. Weight decay, optimiser state and checkpoints go on as if it
 * mattered.
 *
 * gradaudit reports: V03 (unused), a warning, for `gate`: the loss does not react to it at any
 * step, nor at other points. Warnings do not change the exit code: 0.
 *
 * To mend it: remove the gate, or the 0.
 */
#include <gradaudit/plugin.h>

enum {
    SAMPLES = 6
};

static const double inputs[SAMPLES][2] = {{1.0, 0.2},  {0.4, 1.1}, {-0.8, 0.6},
                                          {0.1, -1.3}, {0.6, 0.5}, {-0.3, 0.8}};
static const double targets[SAMPLES] = {0.9, 1.4, -0.2, -0.6, 1.1, 0.5};

typedef struct model {
    double w[2], dw[2];
    double gate, dgate;
} model;

static double residual(const model *m, size_t i)
{
    return m->w[0] * inputs[i][0] + m->w[1] * inputs[i][1] + 0.0 * m->gate - targets[i];
}

static double loss(void *user)
{
    const model *const m = user;
    double sum = 0.0;
    for (size_t i = 0; i < SAMPLES; i++) {
        const double r = residual(m, i);
        sum += 0.5 * r * r;
    }
    return sum / SAMPLES;
}

static int gradient(void *user)
{
    model *const m = user;
    m->dw[0] = 0.0;
    m->dw[1] = 0.0;
    m->dgate = 0.0;
    for (size_t i = 0; i < SAMPLES; i++) {
        const double r = residual(m, i);
        m->dw[0] += r * inputs[i][0] / SAMPLES;
        m->dw[1] += r * inputs[i][1] / SAMPLES;
        m->dgate += 0.0 * r / SAMPLES;
    }
    return 0;
}

static ga_problem *open_model(int argc, char **argv)
{
    (void)argc;
    (void)argv;
    static model m = {.w = {0.3, -0.4}, .gate = 0.5};
    ga_problem *p = NULL;
    ga_problem_new("dead_weight", &p);
    GA_TENSOR(p, "w", m.w, m.dw, 2);
    GA_VARIABLE(p, "gate", &m.gate, &m.dgate);
    ga_problem_input(p, "inputs", inputs, sizeof inputs);
    ga_problem_input(p, "targets", targets, sizeof targets);
    ga_problem_callbacks(p, loss, gradient, &m);
    return p;
}

static const ga_subject subjects[] = {
    {.name = "dead_weight", .summary = "a weight that enters as 0 * weight", .open = open_model},
};
GA_PLUGIN(subjects)
