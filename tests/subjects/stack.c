/* See stack.h. */
#include "stack.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* In 0 .. 1, from the number of an element and of a purpose. */
static double drawn(size_t i, uint64_t purpose)
{
    uint64_t z = (uint64_t)i * 0x9e3779b97f4a7c15u + purpose * 0xd1b54a32d192ed03u;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return (double)((z ^ (z >> 31)) >> 11) * 0x1p-53;
}

static double curvature(size_t i)
{
    return 0.5 + drawn(i, 1);
}

static double target(size_t i)
{
    return 2.0 * drawn(i, 2) - 1.0;
}

static size_t variable_count(const stack *model)
{
    size_t count = 0;
    while (count < STACK_VARIABLES && model->variables[count].n > 0) {
        count++;
    }
    return count;
}

static int is_single(const stack *model)
{
    return model->dtype == GA_F32;
}

static double element(const stack *model, const double *x, size_t v, size_t i)
{
    return x                  ? x[model->first[v] + i]
           : is_single(model) ? (double)((const float *)model->value[v])[i]
                              : ((const double *)model->value[v])[i];
}

/* What follows an element, and what it follows, in the ring of the trained elements. */
static double after(const stack *model, const double *x, size_t v, size_t i)
{
    const size_t count = variable_count(model);
    if (i + 1 < model->variables[v].n) {
        return element(model, x, v, i + 1);
    }
    do {
        v = (v + 1) % count;
    } while (model->variables[v].part != STACK_TRAINED);
    return element(model, x, v, 0);
}

static double before(const stack *model, const double *x, size_t v, size_t i)
{
    const size_t count = variable_count(model);
    if (i > 0) {
        return element(model, x, v, i - 1);
    }
    do {
        v = (v + count - 1) % count;
    } while (model->variables[v].part != STACK_TRAINED);
    return element(model, x, v, model->variables[v].n - 1);
}

static double unit_of(const stack *model, const double *x)
{
    double unit = model->unit != 0 ? model->unit : 1.0;
    for (size_t v = 0; v < variable_count(model); v++) {
        if (model->variables[v].part == STACK_FROZEN) {
            unit *= 1.0 + element(model, x, v, 0);
        }
    }
    return unit;
}

static double term(const stack *model, const double *x, size_t v, size_t i)
{
    const double at = element(model, x, v, i);
    if (model->variables[v].part == STACK_LEVEL) {
        return at * at / 2.0;
    }
    const size_t number = model->first[v] + i;
    const double gap = at - target(number);
    const double next = after(model, x, v, i);
    const double kink = model->kind == STACK_KINKED ? fmax(0.0, at - next / 2.0) : 0.0;
    return curvature(number) * gap * gap / 2.0 + 0.3 * sin(at) * next + kink;
}

static int enters(const stack *model, size_t v)
{
    return model->variables[v].part == STACK_TRAINED || model->variables[v].part == STACK_LEVEL;
}

static void count_call(stack *model)
{
    atomic_fetch_add(&model->calls, 1);
    if (!pthread_equal(pthread_self(), model->home)) {
        atomic_fetch_add(&model->elsewhere, 1);
    }
    if (model->slow > 0) {
        (void)usleep(model->slow);
    }
}

static void count_in(stack *model, size_t v)
{
    if (is_single(model)) {
        ((float *)model->value[v])[0] += 1.0f;
    } else {
        ((double *)model->value[v])[0] += 1.0;
    }
}

static double loss_at(stack *model, const double *x)
{
    double sum = 0.0;
    count_call(model);
    for (size_t v = 0; v < variable_count(model); v++) {
        if (model->variables[v].part == STACK_STATE && !x) {
            count_in(model, v);
        }
        for (size_t i = 0; enters(model, v) && i < model->variables[v].n; i++) {
            const double more = term(model, x, v, i);
            sum = is_single(model) ? (double)((float)sum + (float)more) : sum + more;
        }
    }
    if (model->kind == STACK_NOISY) {
        uint64_t bits = 0;
        memcpy(&bits, &sum, sizeof bits);
        sum *= 1.0 + 1e-11 * (drawn((size_t)bits, 3) - 0.5);
    }
    return unit_of(model, x) * sum;
}

static double slope_at(const stack *model, const double *x, size_t v, size_t i)
{
    const double at = element(model, x, v, i);
    if (!enters(model, v)) {
        return 0.0;
    }
    if (model->variables[v].part == STACK_LEVEL) {
        return unit_of(model, x) * at;
    }
    const size_t number = model->first[v] + i;
    const double next = after(model, x, v, i);
    const double previous = before(model, x, v, i);
    double slope =
        curvature(number) * (at - target(number)) + 0.3 * cos(at) * next + 0.3 * sin(previous);
    if (model->kind == STACK_KINKED) {
        slope += at - next / 2.0 > 0 ? 1.0 : 0.0;
        slope -= previous - at / 2.0 > 0 ? 0.5 : 0.0;
    }
    return unit_of(model, x) * slope;
}

/* 0: the slot is left alone. */
static int claimed_at(const stack *model, const double *x, size_t v, size_t i, double *out)
{
    double g = slope_at(model, x, v, i);
    for (size_t k = 0; k < STACK_FAULTS; k++) {
        const stack_fault *const fault = &model->faults[k];
        if (fault->kind == STACK_RIGHT || fault->variable != v ||
            (fault->index != i && fault->index != GA_NO_INDEX)) {
            continue;
        }
        switch (fault->kind) {
        case STACK_RIGHT:
            break;
        case STACK_SCALED:
            g *= fault->amount;
            break;
        case STACK_SHIFTED:
            g += fault->amount;
            break;
        case STACK_ROLLED:
            g = slope_at(model, x, v, (i + 1) % model->variables[v].n);
            break;
        case STACK_UNWRITTEN:
            return 0;
        case STACK_NAN:
            g = (double)NAN;
            break;
        }
    }
    *out = g * (model->factor != 0 ? model->factor : 1.0);
    return 1;
}

double stack_slope(const stack *model, size_t variable, size_t index)
{
    return slope_at(model, NULL, variable, index);
}

/* ---- Callbacks ----
 */

static double flat_loss(const double *x, size_t n, void *user)
{
    (void)n;
    return loss_at(user, x);
}

static int flat_gradient(const double *x, size_t n, double *g, void *user)
{
    const stack *const model = user;
    (void)n;
    for (size_t v = 0; v < variable_count(model); v++) {
        for (size_t i = 0; i < model->variables[v].n; i++) {
            (void)claimed_at(model, x, v, i, &g[model->first[v] + i]);
        }
    }
    return 0;
}

double stack_loss(void *user)
{
    return loss_at(user, NULL);
}

static int own_gradient(void *user)
{
    const stack *const model = user;
    for (size_t v = 0; v < variable_count(model); v++) {
        const stack_part part = model->variables[v].part;
        for (size_t i = 0; part < STACK_FROZEN && i < model->variables[v].n; i++) {
            double g = 0.0;
            if (!claimed_at(model, NULL, v, i, &g)) {
                continue;
            }
            if (is_single(model)) {
                ((float *)model->grad[v])[i] = (float)g;
            } else {
                ((double *)model->grad[v])[i] = g;
            }
        }
    }
    return 0;
}

/* ---- Opening and closing ----
 */

static double start_of(const stack *model, size_t v, size_t i)
{
    const stack_variable *const variable = &model->variables[v];
    const double at = 0.2 + drawn(model->first[v] + i, 4);
    switch (variable->part) {
    case STACK_LEVEL:
    case STACK_STATE:
        return 0.0;
    case STACK_FROZEN:
        return 0.25;
    case STACK_TRAINED:
    case STACK_IGNORED:
        break;
    }
    return variable->lower != 0 || variable->upper != 0
               ? fmax(variable->lower, fmin(variable->upper, at))
               : at;
}

static ga_role role_of(stack_part part)
{
    return part == STACK_FROZEN ? GA_FROZEN : part == STACK_STATE ? GA_STATE : GA_TRAINABLE;
}

static size_t size_of(const stack *model, size_t v)
{
    return model->variables[v].n * (is_single(model) ? sizeof(float) : sizeof(double));
}

static void number_elements(stack *model)
{
    for (size_t v = 0; v < variable_count(model); v++) {
        model->first[v + 1] = model->first[v] + model->variables[v].n;
    }
    model->home = pthread_self();
}

static void allocate(stack *model)
{
    number_elements(model);
    for (size_t v = 0; v < variable_count(model); v++) {
        const size_t n = model->variables[v].n;
        model->value[v] = calloc(n, sizeof(double));
        model->grad[v] = calloc(n, sizeof(double));
        model->start[v] = calloc(n, sizeof(double));
        for (size_t i = 0; i < n; i++) {
            const double at = start_of(model, v, i);
            if (is_single(model)) {
                ((float *)model->value[v])[i] = (float)at;
            } else {
                ((double *)model->value[v])[i] = at;
            }
        }
        memcpy(model->start[v], model->value[v], size_of(model, v));
    }
}

static ga_problem *describe(stack *model, int has_gradient)
{
    ga_problem *p = NULL;
    (void)ga_problem_new("stack", &p);
    for (size_t v = 0; v < variable_count(model); v++) {
        const stack_variable *const variable = &model->variables[v];
        const ga_role role = role_of(variable->part);
        (void)ga_problem_add(
            p, &(ga_variable){
                   .name = variable->name,
                   .value = model->value[v],
                   .grad = has_gradient && role == GA_TRAINABLE ? model->grad[v] : NULL,
                   .dtype = is_single(model) ? GA_F32 : GA_F64,
                   .role = role,
                   .rank = 1,
                   .shape = {variable->n},
                   .lower = variable->lower,
                   .upper = variable->upper,
               });
    }
    (void)ga_problem_callbacks(p, stack_loss, has_gradient ? own_gradient : NULL, model);
    return p;
}

ga_problem *stack_open(stack *model)
{
    allocate(model);
    return describe(model, 1);
}

ga_problem *stack_open_twin(const stack *model, stack *twin)
{
    *twin = (stack){.kind = model->kind, .unit = model->unit};
    memcpy(twin->variables, model->variables, sizeof twin->variables);
    allocate(twin);
    for (size_t v = 0; v < variable_count(twin); v++) {
        memset(twin->value[v], 0, size_of(twin, v));
    }
    return describe(twin, 0);
}

static void bound_flat(const stack *model, double *lower, double *upper)
{
    for (size_t v = 0; v < variable_count(model); v++) {
        const stack_variable *const variable = &model->variables[v];
        const int is_bounded = variable->lower != 0 || variable->upper != 0;
        for (size_t i = model->first[v]; i < model->first[v + 1]; i++) {
            lower[i] = is_bounded ? variable->lower : -(double)INFINITY;
            upper[i] = is_bounded ? variable->upper : (double)INFINITY;
        }
    }
}

ga_problem *stack_open_flat(stack *model)
{
    number_elements(model);
    const size_t count = variable_count(model);
    const size_t n = model->first[count];
    model->flat = calloc(3 * n, sizeof *model->flat);
    for (size_t v = 0; v < count; v++) {
        for (size_t i = 0; i < model->variables[v].n; i++) {
            model->flat[model->first[v] + i] = start_of(model, v, i);
        }
    }
    bound_flat(model, model->flat + n, model->flat + 2 * n);
    ga_problem *p = NULL;
    (void)ga_problem_flat(&(ga_flat){.name = "stack",
                                     .n = n,
                                     .x = model->flat,
                                     .loss = flat_loss,
                                     .grad = flat_gradient,
                                     .user = model,
                                     .lower = model->flat + n,
                                     .upper = model->flat + 2 * n,
                                     .thread_safe = model->thread_safe},
                          &p);
    for (size_t v = 0; v < count && count > 1; v++) {
        (void)ga_problem_slice(p, &(ga_slice){.name = model->variables[v].name,
                                              .offset = model->first[v],
                                              .rank = 1,
                                              .shape = {model->variables[v].n},
                                              .role = role_of(model->variables[v].part)});
    }
    return p;
}

int stack_is_restored(const stack *model)
{
    for (size_t v = 0; v < variable_count(model); v++) {
        if (memcmp(model->start[v], model->value[v], size_of(model, v)) != 0) {
            return 0;
        }
    }
    return 1;
}

void stack_close(stack *model)
{
    for (size_t v = 0; v < STACK_VARIABLES; v++) {
        free(model->value[v]);
        free(model->grad[v]);
        free(model->start[v]);
    }
    free(model->flat);
}
