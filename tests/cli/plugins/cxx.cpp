/* A plug-in in C++. */
#include "gradaudit/plugin.h"

#include <stdexcept>
#include <vector>

namespace
{

struct Model {
    std::vector<double> w{0.5, -1.0, 2.0}, dw{0.0, 0.0, 0.0};
    double bias = 0.25, dbias = 0.0;
};

double loss(void *user)
{
    const Model &m = *static_cast<Model *>(user);
    double sum = m.bias;
    for (std::size_t i = 0; i < m.w.size(); i++) {
        sum += static_cast<double>(i + 1) * m.w[i];
    }
    return sum * sum;
}

int gradient(void *user)
{
    Model &m = *static_cast<Model *>(user);
    double sum = m.bias;
    for (std::size_t i = 0; i < m.w.size(); i++) {
        sum += static_cast<double>(i + 1) * m.w[i];
    }
    for (std::size_t i = 0; i < m.w.size(); i++) {
        m.dw[i] = 2.0 * sum * static_cast<double>(i + 1);
    }
    m.dbias = 2.0 * sum;
    return 0;
}

double throwing(void *)
{
    throw std::runtime_error("nobody catches this");
}

void drop(void *model)
{
    delete static_cast<Model *>(model);
}

ga_problem *open_with(const char *name, ga_loss_fn *function)
{
    Model *const model = new Model;
    ga_problem *problem = nullptr;
    ga_problem_new(name, &problem);
    ga_problem_on_free(problem, drop, model);
    GA_TENSOR(problem, "w", model->w.data(), model->dw.data(), model->w.size());
    GA_VARIABLE(problem, "bias", &model->bias, &model->dbias);
    ga_problem_callbacks(problem, function, gradient, model);
    return problem;
}

ga_problem *open_right(int, char **argv)
{
    return open_with(argv[0], loss);
}

ga_problem *open_throwing(int, char **argv)
{
    return open_with(argv[0], throwing);
}

const ga_subject subjects[] = {
    {"right", "a linear model, squared", open_right},
    {"throwing", "its loss throws", open_throwing},
};

} // namespace

GA_PLUGIN(subjects)
