/*
 * Do the bars of directions hold, where kinks are many and floats are short?
 *
 *     directions [DIRECTIONS] [SEED]
 *
 * Networks with right gradients, measured along directions through the whole vector and through
 * each tensor, hybrid and along the sign of the gradient; and whole-vector screens of smooth
 * losses. An alarm counts when two more directions over the same range, each measured alone,
 * disagree as well. Exit status 1 when one does, or when a screen costs more than it may.
 */
#include "direction.h"
#include "measure.h"
#include "network.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    DIRECTIONS = 1000, /* a network */
    SCREENS = 2000,
    COURSES_MOST = 64,
    HYBRIDS = 4,
    TENSORS_MOST = 16
};

static const double SCREEN_EVALUATIONS = 45.0; /* noise and all, on average */

/* A loss over one vector, in tensors that have a scale each. */
typedef struct subject {
    size_t count, tensors;
    const size_t *boundaries;
    int is_float;
    double *x, *g, *y; /* the point, the gradient, where the loss is evaluated */
    float *x_f32, *g_f32, *y_f32;
    double scale[TENSORS_MOST];
    double (*loss)(struct subject *subject); /* at y, or y_f32 */
    void *data;
    uint64_t seed;
    size_t evaluations;
    ga_profile profile;
    ga_field field;
} subject;

static void *room(size_t count, size_t size)
{
    void *const memory = calloc(count, size);
    if (!memory) {
        fputs("no memory\n", stderr);
        exit(2);
    }
    return memory;
}

static ga_sweep sweep_of(const subject *s, const ga_course *course, size_t tensor)
{
    return (ga_sweep){
        .kind = course->kind,
        .key = ga_hash(s->seed, course->number, GA_FOR_COURSE, course->kind),
        .scale = s->scale[tensor],
    };
}

static size_t clip(size_t value, size_t low, size_t high)
{
    return value < low ? low : value > high ? high : value;
}

static double move(const subject *s, const ga_course *course, double t)
{
    double predicted = 0.0;
    memcpy(s->y, s->x, s->count * sizeof *s->y);
    memcpy(s->y_f32, s->x_f32, s->count * sizeof *s->y_f32);
    for (size_t k = 0; k < s->tensors; k++) {
        const size_t first = clip(course->first, s->boundaries[k], s->boundaries[k + 1]);
        const size_t end = clip(course->end, s->boundaries[k], s->boundaries[k + 1]);
        const ga_sweep sweep = sweep_of(s, course, k);
        predicted += s->is_float ? ga_sweep_f32(&sweep, s->x_f32 + first, s->g_f32 + first,
                                                s->y_f32 + first, first, end - first, t)
                                 : ga_sweep_f64(&sweep, s->x + first, s->g + first, s->y + first,
                                                first, end - first, t);
    }
    return predicted;
}

static int evaluate(void *context, ga_request *requests, size_t count)
{
    subject *const s = context;
    for (size_t i = 0; i < count; i++) {
        requests[i].predicted = move(s, &requests[i].course, requests[i].t);
        requests[i].value = s->loss(s);
        s->evaluations++;
    }
    return 1;
}

static void shares(void *context, const ga_course *course, size_t first, size_t count, double *v)
{
    const subject *const s = context;
    for (size_t k = 0; k < s->tensors; k++) {
        const size_t from = clip(first, s->boundaries[k], s->boundaries[k + 1]);
        const size_t to = clip(first + count, s->boundaries[k], s->boundaries[k + 1]);
        const ga_sweep sweep = sweep_of(s, course, k);
        if (to > from) {
            ga_sweep_shares_f64(&sweep, s->x + from, s->g + from, from, to - from,
                                v + (from - first));
        }
    }
}

static void look_ahead(void *context, const ga_course *course, ga_prospect *out)
{
    const subject *const s = context;
    double v[256];
    double squares = 0.0;
    *out = (ga_prospect){.room = (double)INFINITY};
    for (size_t j = course->first; j < course->end; j += 256) {
        const size_t count = course->end - j < 256 ? course->end - j : 256;
        shares(context, course, j, count, v);
        for (size_t i = 0; i < count; i++) {
            const double change = s->g[j + i] * v[i];
            out->claimed += change;
            squares += change * change;
        }
    }
    out->size = sqrt(squares);
    out->rounding = (s->is_float ? 0x1p-23 : 0x1p-50) * (out->size + fabs(out->claimed));
}

/* ---- Noise ---------------------------------------------------------------------------------- */

static double dense_value(void *context, double t)
{
    subject *const s = context;
    const ga_course course = {.number = 1000000, .end = s->count};
    (void)move(s, &course, t);
    s->evaluations++;
    return s->loss(s);
}

typedef struct single {
    subject *subject;
    size_t element;
} single;

static double single_value(void *context, double t)
{
    const single *const one = context;
    subject *const s = one->subject;
    memcpy(s->y, s->x, s->count * sizeof *s->y);
    memcpy(s->y_f32, s->x_f32, s->count * sizeof *s->y_f32);
    s->y[one->element] += t;
    s->y_f32[one->element] = (float)s->y[one->element];
    s->evaluations++;
    return s->loss(s);
}

static int pick(void *context, uint64_t random, ga_line *out)
{
    single *const one = context;
    const subject *const s = one->subject;
    one->element = random % s->count;
    const double x = s->x[one->element];
    *out = (ga_line){
        .value = single_value,
        .context = one,
        .at = x,
        .scale = x != 0.0 ? fabs(x) : 1.0,
        .reach = x != 0.0 ? fabs(x) : 1.0,
        .below = (double)INFINITY,
        .above = (double)INFINITY,
        .is_float = s->is_float,
        .stream = one->element,
    };
    return 1;
}

/* Everything that an audit knows before it measures directions. */
static void prepare(subject *s, uint64_t seed)
{
    s->seed = seed;
    double squares = 0.0;
    for (size_t k = 0; k < s->tensors; k++) {
        double sum = 0.0;
        for (size_t j = s->boundaries[k]; j < s->boundaries[k + 1]; j++) {
            s->x_f32[j] = (float)s->x[j];
            s->g_f32[j] = (float)s->g[j];
            s->g[j] = s->is_float ? (double)s->g_f32[j] : s->g[j];
            sum += s->x[j] * s->x[j];
            squares += s->g[j] * s->g[j] * s->x[j] * s->x[j];
        }
        s->scale[k] = sqrt(sum / (double)(s->boundaries[k + 1] - s->boundaries[k]));
    }
    s->field = (ga_field){
        .context = s,
        .count = s->count,
        .boundaries = s->boundaries,
        .variables = s->tensors,
        .profile = &s->profile,
        .size = sqrt(squares),
        .evaluate = evaluate,
        .look_ahead = look_ahead,
        .shares = shares,
    };
    const ga_line dense = {
        .value = dense_value,
        .context = s,
        .scale = 1.0,
        .reach = 1.0,
        .below = 0.5,
        .above = 0.5,
        .stream = UINT64_MAX,
    };
    single one = {.subject = s};
    s->evaluations = 0;
    memcpy(s->y, s->x, s->count * sizeof *s->y);
    memcpy(s->y_f32, s->x_f32, s->count * sizeof *s->y_f32);
    ga_profile_begin(&s->profile, s->loss(s), seed);
    ga_profile_noise(&s->profile, &dense, pick, &one);
}

static void subject_new(subject *s, size_t count, const size_t *boundaries, size_t tensors,
                        int is_float)
{
    *s = (subject){
        .count = count, .tensors = tensors, .boundaries = boundaries, .is_float = is_float};
    s->x = room(count, sizeof(double));
    s->g = room(count, sizeof(double));
    s->y = room(count, sizeof(double));
    s->x_f32 = room(count, sizeof(float));
    s->g_f32 = room(count, sizeof(float));
    s->y_f32 = room(count, sizeof(float));
}

static void subject_free(subject *s)
{
    free(s->x);
    free(s->g);
    free(s->y);
    free(s->x_f32);
    free(s->g_f32);
    free(s->y_f32);
}

/* ---- Tallies -------------------------------------------------------------------------------- */

typedef struct tally {
    double directions, inside, alarms, confirmed, evaluations, unmeasured;
    double worst;
    double *bars; /* over max(|g.v|, size of g.v) */
    size_t bar_count, bar_capacity;
} tally;

static int by_size(const void *a, const void *b)
{
    const double x = *(const double *)a;
    const double y = *(const double *)b;
    return (x > y) - (x < y);
}

static void add_bar(tally *t, double bar)
{
    if (t->bar_count == t->bar_capacity) {
        t->bar_capacity = 2 * t->bar_capacity + 64;
        double *const more = realloc(t->bars, t->bar_capacity * sizeof *more);
        if (!more) {
            fputs("no memory\n", stderr);
            exit(2);
        }
        t->bars = more;
    }
    t->bars[t->bar_count++] = bar;
}

/* Two more directions over the same range disagree as well. */
static int is_confirmed(const subject *s, const ga_course *course)
{
    for (uint32_t i = 1; i <= 2; i++) {
        const ga_course fresh = {.kind = course->kind,
                                 .number = course->number + 100000 * i,
                                 .first = course->first,
                                 .end = course->end};
        ga_direction again;
        (void)ga_directions_measure(&s->field, &fresh, 1, &again);
        if (!ga_direction_disagrees(&again)) {
            return 0;
        }
    }
    return 1;
}

static void take(tally *t, const subject *s, const ga_direction *d)
{
    const double size = fmax(fabs(d->prospect.claimed), d->prospect.size);
    t->directions++;
    t->evaluations += (double)d->evaluations;
    if (!(d->bar <= 1e300)) {
        t->unmeasured++;
        return;
    }
    t->inside += fabs(d->residual) <= d->bar;
    t->worst = fmax(t->worst, fabs(d->residual) / d->bar);
    add_bar(t, size > 0.0 ? d->bar / size : 0.0);
    if (ga_direction_disagrees(d)) {
        t->alarms++;
        t->confirmed += is_confirmed(s, &d->course);
    }
}

static void print_header(void)
{
    printf("%-34s %10s %8s %8s %9s %9s %6s %6s\n", "", "directions", "inside", "worst", "bar/size",
           "evals", "alarms", "after");
}

static void print_tally(const char *name, tally *t)
{
    qsort(t->bars, t->bar_count, sizeof *t->bars, by_size);
    const double median = t->bar_count ? t->bars[t->bar_count / 2] : (double)NAN;
    printf("%-34s %10.0f %8.4f %8.3f %9.2g %9.2f %6.0f %6.0f%s\n", name, t->directions,
           t->inside / t->directions, t->worst, median, t->evaluations / t->directions, t->alarms,
           t->confirmed, t->unmeasured > 0 ? "  (some not measured)" : "");
}

/* ---- Networks ------------------------------------------------------------------------------- */

typedef struct design {
    const char *name;
    size_t width[NETWORK_LAYERS_MOST + 1];
    size_t layers;
} design;

static const design designs[] = {
    {"256-128-64-10", {256, 128, 64, 10}, 3},
    {"128-96-80-64-48-10, held out", {128, 96, 80, 64, 48, 10}, 5},
};

static double network_loss_of(subject *s)
{
    return s->is_float ? network_loss_f32(s->data, s->y_f32) : network_loss(s->data, s->y);
}

/* One along the sign and `hybrids` others over a range. */
static size_t add_courses(ga_course *courses, size_t first, size_t end, uint32_t hybrids)
{
    size_t count = 0;
    courses[count++] = (ga_course){.kind = GA_SWEEP_SIGN, .first = first, .end = end};
    for (uint32_t i = 0; i < hybrids; i++) {
        courses[count++] = (ga_course){.number = i, .first = first, .end = end};
    }
    return count;
}

/* The whole in the first of `tallies`, tensors in the second, signs of both in the third. */
static void run_network(const design *plan, int is_tanh, int is_float, uint64_t seed, int round,
                        tally tallies[3])
{
    network net;
    subject s;
    network_new(&net, plan->width, plan->layers, is_tanh, seed);
    subject_new(&s, net.count, net.boundaries, net.tensors, is_float);
    s.loss = network_loss_of;
    s.data = &net;
    network_fill(&net, seed, 1.0 + 0.5 * (round % 3), s.x);
    network_gradient(&net, s.x, s.g);
    prepare(&s, seed);
    ga_course courses[COURSES_MOST];
    ga_direction out[COURSES_MOST];
    size_t count = add_courses(courses, 0, s.count, HYBRIDS);
    for (size_t k = 0; k < net.tensors; k++) {
        count += add_courses(courses + count, net.boundaries[k], net.boundaries[k + 1],
                             round % 2 ? HYBRIDS : HYBRIDS / 2);
    }
    (void)ga_directions_measure(&s.field, courses, count, out);
    for (size_t i = 0; i < count; i++) {
        const int whole = out[i].course.end - out[i].course.first == s.count;
        take(&tallies[out[i].course.kind == GA_SWEEP_SIGN ? 2 : whole ? 0 : 1], &s, &out[i]);
    }
    subject_free(&s);
    network_free(&net);
}

/* Returns how many alarms were confirmed. */
static double run_networks(double directions, uint64_t seed)
{
    static const char *const parts[3] = {"whole", "tensors", "sign(g)"};
    double confirmed = 0.0;
    for (size_t d = 0; d < sizeof designs / sizeof *designs; d++) {
        printf("\nNetworks %s\n", designs[d].name);
        print_header();
        for (int kind = 0; kind < 4; kind++) {
            const int is_tanh = kind / 2;
            const int is_float = kind % 2;
            tally tallies[3];
            memset(tallies, 0, sizeof tallies);
            int round = 0;
            while (tallies[0].directions + tallies[1].directions + tallies[2].directions <
                   directions) {
                run_network(&designs[d], is_tanh, is_float, seed * 1000 + (uint64_t)round, round,
                            tallies);
                round++;
            }
            for (int part = 0; part < 3; part++) {
                char name[64];
                (void)snprintf(name, sizeof name, "%s %s, %s", is_tanh ? "tanh" : "rectifiers",
                               is_float ? "float" : "double", parts[part]);
                print_tally(name, &tallies[part]);
                confirmed += tallies[part].confirmed;
                free(tallies[part].bars);
            }
        }
    }
    return confirmed;
}

/* ---- Smooth losses -------------------------------------------------------------------------- */

enum {
    SMOOTH_COUNT = 1000,
    SMOOTH_TENSORS = 16,
    SMOOTH_KINDS = 3
};

/* Chains of neighbours: quartic, softplus, a product with a cosine. A mean, as losses are. */
static double chain(int kind, double a, double b, double *by_a, double *by_b)
{
    const double e = exp(-fabs(a + b));
    switch (kind) {
    case 0:
        *by_a = 4.0 * a * a * a + 0.5 * b;
        *by_b = 0.5 * a;
        return a * a * a * a + 0.5 * a * b + 1.0;
    case 1:
        *by_a = *by_b = a + b > 0.0 ? 1.0 / (1.0 + e) : e / (1.0 + e);
        return fmax(a + b, 0.0) + log1p(e);
    default:
        *by_a = -sin(3.0 * a) * 3.0 * b + 2.0 * a;
        *by_b = cos(3.0 * a);
        return cos(3.0 * a) * b + a * a;
    }
}

static double smooth_loss(subject *s)
{
    const int kind = *(const int *)s->data;
    double unused;
    double sum = 0.0;
    for (size_t i = 0; i < s->count; i++) {
        const size_t next = i + 1 < s->count ? i + 1 : 0;
        sum += chain(kind, s->is_float ? (double)s->y_f32[i] : s->y[i],
                     s->is_float ? (double)s->y_f32[next] : s->y[next], &unused, &unused);
    }
    const double mean = sum / (double)s->count;
    return s->is_float ? (double)(float)mean : mean;
}

static void smooth_gradient(subject *s, int kind)
{
    memset(s->g, 0, s->count * sizeof *s->g);
    for (size_t i = 0; i < s->count; i++) {
        const size_t next = i + 1 < s->count ? i + 1 : 0;
        double by_a = 0.0;
        double by_b = 0.0;
        (void)chain(kind, s->x[i], s->x[next], &by_a, &by_b);
        s->g[i] += by_a / (double)s->count;
        s->g[next] += by_b / (double)s->count;
    }
}

/* Whole-vector screens as an audit does them. Returns 1 when a bar is missed. */
static int run_screens(uint64_t seed, int is_float)
{
    size_t boundaries[SMOOTH_TENSORS + 1];
    for (size_t k = 0; k <= SMOOTH_TENSORS; k++) {
        boundaries[k] = SMOOTH_COUNT * k / SMOOTH_TENSORS;
    }
    subject s;
    subject_new(&s, SMOOTH_COUNT, boundaries, SMOOTH_TENSORS, is_float);
    s.loss = smooth_loss;
    tally t = {0};
    size_t evaluations = 0;
    for (uint64_t run = 0; run < SCREENS; run++) {
        int kind = (int)(run % SMOOTH_KINDS);
        s.data = &kind;
        for (size_t i = 0; i < s.count; i++) {
            const uint64_t bits = ga_hash(seed, run, GA_FOR_LINE, i);
            s.x[i] = (double)(float)(2.0 * ga_hash_uniform(bits) - 1.0);
        }
        smooth_gradient(&s, kind);
        prepare(&s, seed + run);
        ga_course courses[COURSES_MOST];
        ga_direction out[COURSES_MOST];
        const size_t count = add_courses(courses, 0, s.count, HYBRIDS);
        (void)ga_directions_measure(&s.field, courses, count, out);
        evaluations += s.evaluations;
        for (size_t i = 0; i < count; i++) {
            take(&t, &s, &out[i]);
        }
    }
    print_tally(is_float ? "smooth, float" : "smooth, double", &t);
    const double each = (double)evaluations / SCREENS;
    printf("%-34s %.1f evaluations a screen, noise included\n", "", each);
    free(t.bars);
    subject_free(&s);
    return t.alarms > 0.0 || t.unmeasured > 0.0 || !(each <= SCREEN_EVALUATIONS);
}

int main(int argc, char **argv)
{
    const double directions = argc > 1 ? strtod(argv[1], NULL) : DIRECTIONS;
    const uint64_t seed = argc > 2 ? strtoull(argv[2], NULL, 10) : 1;
    int missed = run_networks(directions, seed) > 0.0;
    printf("\nWhole-vector screens of smooth losses\n");
    print_header();
    missed |= run_screens(seed, 0);
    missed |= run_screens(seed, 1);
    puts(missed ? "\na bar was missed" : "\nall bars were met");
    return missed;
}
