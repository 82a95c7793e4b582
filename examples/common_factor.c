/*
 * common_factor: every gradient is twice the slope.
 *
 * The loss is half the mean of the squares, the gradient that of the whole mean. The direction is
 * right and a minimiser arrives; but the learning rate is twice what it says, weight decay that is
 * added elsewhere weighs half of what it should, and a line search asks for twice the descent
 * there is.
 *
 * gradaudit reports: one finding, G03 (constant-factor), with the factor and the `.gradient_scale`
 * that would declare it; everything else is judged after dividing it out. Exit 1. Opened with the
 * argument `declared`, the variables are registered with `.gradient_scale = 2`: nothing to mend,
 * exit 0.
 *
 * To mend it: multiply the gradient by 0.5, or declare it when the convention is meant.
 */
#include <gradaudit/plugin.h>

#include <math.h>
#include <string.h>

enum {
    SAMPLES = 6
};

static const double inputs[SAMPLES][2] = {{1.0, 0.2},  {0.4, 1.1}, {-0.8, 0.6},
                                          {0.1, -1.3}, {0.6, 0.5}, {-0.3, 0.8}};
static const double targets[SAMPLES] = {0.9, 1.4, -0.2, -0.6, 1.1, 0.5};

typedef struct model {
    double w[2], dw[2];
    double b, db;
    double gain, dgain;
} model;

static double inner(const model *m, size_t i)
{
    return tanh(m->w[0] * inputs[i][0] + m->w[1] * inputs[i][1] + m->b);
}

static double loss(void *user)
{
    const model *const m = user;
    double sum = 0.0;
    for (size_t i = 0; i < SAMPLES; i++) {
        const double r = m->gain * inner(m, i) - targets[i];
        sum += r * r;
    }
    return 0.5 * sum / SAMPLES;
}

static int gradient(void *user)
{
    model *const m = user;
    m->dw[0] = 0.0;
    m->dw[1] = 0.0;
    m->db = 0.0;
    m->dgain = 0.0;
    for (size_t i = 0; i < SAMPLES; i++) {
        const double a = inner(m, i);
        const double r = 2.0 * (m->gain * a - targets[i]) / SAMPLES; /* wrong: 2 times 0.5 is 1 */
        const double back = r * m->gain * (1.0 - a * a);
        m->dw[0] += back * inputs[i][0];
        m->dw[1] += back * inputs[i][1];
        m->db += back;
        m->dgain += r * a;
    }
    return 0;
}

static ga_problem *open_model(int argc, char **argv)
{
    static model m = {.w = {0.3, -0.4}, .b = 0.1, .gain = 1.2};
    const int declared = argc > 1 && strcmp(argv[1], "declared") == 0;
    const double scale = declared ? 2.0 : 1.0;

    ga_problem *p = NULL;
    ga_problem_new("common_factor", &p);
    if (argc > 2 || (argc == 2 && !declared)) {
        ga_problem_fail(p, "common_factor takes one argument, `declared`");
        return p;
    }
    ga_problem_add(p, &(ga_variable){.name = "w",
                                     .value = m.w,
                                     .grad = m.dw,
                                     .dtype = GA_F64,
                                     .rank = 1,
                                     .shape = {2},
                                     .gradient_scale = scale});
    ga_problem_add(
        p,
        &(ga_variable){
            .name = "b", .value = &m.b, .grad = &m.db, .dtype = GA_F64, .gradient_scale = scale});
    ga_problem_add(p, &(ga_variable){.name = "gain",
                                     .value = &m.gain,
                                     .grad = &m.dgain,
                                     .dtype = GA_F64,
                                     .gradient_scale = scale});
    ga_problem_input(p, "inputs", inputs, sizeof inputs);
    ga_problem_input(p, "targets", targets, sizeof targets);
    ga_problem_callbacks(p, loss, gradient, &m);
    return p;
}

static const ga_subject subjects[] = {
    {.name = "common_factor",
     .summary = "every gradient is twice the slope; `-- declared` says so",
     .open = open_model},
};
GA_PLUGIN(subjects)
