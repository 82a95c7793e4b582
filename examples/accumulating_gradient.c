/*
 * accumulating_gradient: the gradient is added to, and nobody clears it.
 *
 * `dw[j] += ...` is how a backward pass collects the contributions of many samples. It needs a
 * buffer that was cleared before; here neither the callback does it nor does the description say
 * that the caller must. The first step trains well, the second with the sum of two gradients, the
 * third with that of three.
 *
 * gradaudit reports: G08 (accumulated): called with different contents in the buffer, the callback
 * returns those contents plus the gradient. Exit 1.
 *
 * To mend it: clear dw and db first. When the sum is meant (micro-batches), say so: `.accumulates
 * = 1` in ga_variable, and the buffers are cleared before each call.
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
    double b, db;
} model;

static double residual(const model *m, size_t i)
{
    return m->w[0] * inputs[i][0] + m->w[1] * inputs[i][1] + m->b - targets[i];
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
    for (size_t i = 0; i < SAMPLES; i++) { /* wrong: starts from what is there */
        const double r = residual(m, i);
        m->dw[0] += r * inputs[i][0] / SAMPLES;
        m->dw[1] += r * inputs[i][1] / SAMPLES;
        m->db += r / SAMPLES;
    }
    return 0;
}

static ga_problem *open_model(int argc, char **argv)
{
    (void)argc;
    (void)argv;
    static model m = {.w = {0.3, -0.4}, .b = 0.1};
    ga_problem *p = NULL;
    ga_problem_new("accumulating_gradient", &p);
    GA_TENSOR(p, "w", m.w, m.dw, 2);
    GA_VARIABLE(p, "b", &m.b, &m.db);
    ga_problem_input(p, "inputs", inputs, sizeof inputs);
    ga_problem_input(p, "targets", targets, sizeof targets);
    ga_problem_callbacks(p, loss, gradient, &m);
    return p;
}

static const ga_subject subjects[] = {
    {.name = "accumulating_gradient",
     .summary = "adds to the gradient without clearing it",
     .open = open_model},
};
GA_PLUGIN(subjects)
