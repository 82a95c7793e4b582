/*
 * weight_created_in_call: a weight that is born in every call, and never trains.
 *
 * The loss creates its weight where it needs it, registers it, uses it. The value enters the loss
 * and has a healthy gradient, so every comparison agrees; but the optimiser moves a weight that no
 * longer exists when the loss is called again, and each call begins with 1.0.
 *
 * gradaudit reports: V02 (created-in-call), naming `weight` and the line that registers it. The
 * registry is closed when the first loss call begins, and memory offered later is never touched.
 * Exit 1.
 *
 * To mend it: a member of the model, registered once, before the first call: registered_weight.c.
 */
#include <gradaudit/plugin.h>

enum {
    SAMPLES = 6
};

static const double inputs[SAMPLES][2] = {{1.0, 0.2},  {0.4, 1.1}, {-0.8, 0.6},
                                          {0.1, -1.3}, {0.6, 0.5}, {-0.3, 0.8}};
static const double targets[SAMPLES] = {0.9, 1.4, -0.2, -0.6, 1.1, 0.5};

typedef struct model {
    ga_problem *problem;
    double w[2], dw[2];
} model;

static double residual(const model *m, size_t i)
{
    return m->w[0] * inputs[i][0] + m->w[1] * inputs[i][1] - targets[i];
}

static double loss(void *user)
{
    model *const m = user;
    double weight = 1.0; /* wrong: born here, gone at the end of the call */
    double dweight = 0.0;
    GA_VARIABLE(m->problem, "weight", &weight, &dweight);

    double sum = 0.0;
    for (size_t i = 0; i < SAMPLES; i++) {
        const double r = residual(m, i);
        sum += 0.5 * weight * r * r;
    }
    return sum / SAMPLES;
}

static int gradient(void *user)
{
    model *const m = user;
    m->dw[0] = 0.0;
    m->dw[1] = 0.0;
    for (size_t i = 0; i < SAMPLES; i++) {
        const double r = residual(m, i);
        m->dw[0] += r * inputs[i][0] / SAMPLES;
        m->dw[1] += r * inputs[i][1] / SAMPLES;
    }
    return 0;
}

static ga_problem *open_model(int argc, char **argv)
{
    (void)argc;
    (void)argv;
    static model m = {.w = {0.3, -0.4}};
    ga_problem *p = NULL;
    ga_problem_new("weight_created_in_call", &p);
    m.problem = p;
    GA_TENSOR(p, "w", m.w, m.dw, 2);
    ga_problem_input(p, "inputs", inputs, sizeof inputs);
    ga_problem_input(p, "targets", targets, sizeof targets);
    ga_problem_callbacks(p, loss, gradient, &m);
    return p;
}

static const ga_subject subjects[] = {
    {.name = "weight_created_in_call",
     .summary = "adds a fresh weight in every call of the loss",
     .open = open_model},
};
GA_PLUGIN(subjects)
