/*
 * nested_weight: the weight sits in a layer inside the loss, and is registered by its path.
 *
 *   loss = w mean_i r_i^2 / 2 - log(w) / 2,   r_i = a + b t_i - y_i
 *
 * w is a member of a layer that is a member of the loss. To gradaudit a name is any text; with
 * slashes it reads like the way to the weight, and two layers may each have a "weight".
 *
 * gradaudit reports: nothing to mend; the weight appears as loss/layer/weight. Exit 0.
 */
#include <gradaudit/plugin.h>

#include <math.h>

enum {
    SAMPLES = 8
};

static const double times[SAMPLES] = {0.0, 0.5, 1.0, 1.5, 2.0, 2.5, 3.0, 3.5};
static const double values[SAMPLES] = {0.9, 1.6, 1.8, 2.7, 2.9, 3.6, 3.7, 4.6};

struct layer {
    double weight, dweight;
};

struct weighted_loss {
    struct layer layer;
};

struct model {
    double line[2], dline[2]; /* a, b */
    struct weighted_loss loss;
};

static double residual(const struct model *m, size_t i)
{
    return m->line[0] + m->line[1] * times[i] - values[i];
}

static double mean_square(const struct model *m)
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
    const struct model *const m = user;
    const double w = m->loss.layer.weight;
    return 0.5 * w * mean_square(m) - 0.5 * log(w);
}

static int gradient(void *user)
{
    struct model *const m = user;
    const double w = m->loss.layer.weight;
    m->dline[0] = 0.0;
    m->dline[1] = 0.0;
    for (size_t i = 0; i < SAMPLES; i++) {
        const double r = residual(m, i);
        m->dline[0] += w * r / SAMPLES;
        m->dline[1] += w * r * times[i] / SAMPLES;
    }
    m->loss.layer.dweight = 0.5 * mean_square(m) - 0.5 / w;
    return 0;
}

static ga_problem *open_model(int argc, char **argv)
{
    (void)argc;
    (void)argv;
    static struct model m = {.line = {0.7, 0.8}, .loss.layer.weight = 1.5};
    ga_problem *p = NULL;
    ga_problem_new("nested_weight", &p);
    GA_TENSOR(p, "model/line", m.line, m.dline, 2);
    GA_VARIABLE(p, "loss/layer/weight", &m.loss.layer.weight, &m.loss.layer.dweight);
    ga_problem_input(p, "times", times, sizeof times);
    ga_problem_input(p, "values", values, sizeof values);
    ga_problem_callbacks(p, loss, gradient, &m);
    return p;
}

static const ga_subject subjects[] = {
    {.name = "nested_weight",
     .summary = "a weight inside a layer inside the loss, right",
     .open = open_model},
};
GA_PLUGIN(subjects)
