/*
 * thresholded: a loss made of stairs, and a gradient that looks past them.
 *
 * The prediction is rounded down to whole counts before it is compared. The loss is then constant
 * between jumps: its slope is 0 wherever it has one. The gradient pretends that floor() were not
 * there ("straight through"), a known trick and sometimes a good one; but it is not the gradient
 * of this loss, and a line search or a quasi-Newton method that believes it may stall.
 *
 * gradaudit reports: S03 (plateau) for `w` and `b`: flat at small steps where the slope at larger
 * ones says that the loss should move. Exit 1.
 *
 * To mend it: leave floor() out of the loss that is trained. If the trick is meant: ga_allow(p,
 * "S03", NULL, "straight-through estimator").
 */
#include <gradaudit/plugin.h>

#include <math.h>

enum {
    SAMPLES = 12
};

static const double inputs[SAMPLES][2] = {{1.0, 4.5}, {2.0, 0.5}, {6.0, 3.5}, {5.0, 3.0},
                                          {0.5, 3.5}, {4.5, 6.0}, {5.5, 3.5}, {5.5, 6.0},
                                          {4.5, 0.5}, {0.0, 0.0}, {5.0, 4.0}, {3.0, 5.0}};
static const double counts[SAMPLES] = {6.0,  6.0,  11.0, 9.0, 5.0, 10.0,
                                       10.0, 12.0, 7.0,  2.0, 9.0, 9.0};

typedef struct model {
    double w[2], dw[2];
    double b, db;
} model;

static double miss(const model *m, size_t i)
{
    const double prediction = m->w[0] * inputs[i][0] + m->w[1] * inputs[i][1] + m->b;
    return floor(prediction) - counts[i]; /* wrong: stairs */
}

static double loss(void *user)
{
    const model *const m = user;
    double sum = 0.0;
    for (size_t i = 0; i < SAMPLES; i++) {
        const double r = miss(m, i);
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
        const double r = miss(m, i);
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
    static model m = {.w = {0.83, 0.71}, .b = 2.35};
    ga_problem *p = NULL;
    ga_problem_new("thresholded", &p);
    GA_TENSOR(p, "w", m.w, m.dw, 2);
    GA_VARIABLE(p, "b", &m.b, &m.db);
    ga_problem_input(p, "inputs", inputs, sizeof inputs);
    ga_problem_input(p, "counts", counts, sizeof counts);
    ga_problem_callbacks(p, loss, gradient, &m);
    return p;
}

static const ga_subject subjects[] = {
    {.name = "thresholded",
     .summary = "floor() in the loss, a straight-through gradient",
     .open = open_model},
};
GA_PLUGIN(subjects)
