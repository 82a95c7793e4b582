/*
 * Losses that answer differently from call to call: are they told apart, and is a right gradient of
 * one never accused?
 *
 *     restless [-v] [AUDITS] [FIRST]
 *
 * AUDITS (2400 unless said otherwise) audits of right gradients, spread over the kinds below, each
 * a loss of its own; then some with the sign of every gradient changed, and with every gradient
 * doubled. Bars: no finding G or S (G11 apart) on a right one, and what it is told in 95 of 100 (a
 * mask over a single term, one loss in twelve, is the same in all calls of every second audit; sums
 * in changing order are never an error). Exit status 1 if a bar is missed.
 */
#include <gradaudit/gradaudit.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define KINDS(X)                                                                                   \
    X(GAUSS, "additive Gaussian noise", "N01")                                                     \
    X(STUDENT, "additive noise, Student's t with 2 degrees", "N01")                                \
    X(CAUCHY, "additive noise, Cauchy's", "N01")                                                   \
    X(SCALED, "noise in proportion to the loss", "N01")                                            \
    X(MASKED, "dropout, the gradient of the mean", "N01")                                          \
    X(MASKED_OWN, "dropout, the gradient of the last mask", "N01")                                 \
    X(BATCH, "random batches, the gradient of the mean", "N01")                                    \
    X(BATCH_OWN, "random batches, the gradient of the last one", "N01")                            \
    X(CYCLE, "batches in turn, the gradient of the mean", "N01")                                   \
    X(CYCLE_OWN, "batches in turn, the gradient of the last one", "N01")                           \
    X(RARE, "one call in forty is off", "N01")                                                     \
    X(CORNERS, "kinks near the point, Gaussian noise", "N01")                                      \
    X(COUNTED, "rises by the same amount each call", "N01")                                        \
    X(GROWING, "a factor that grows, the gradient without it", "N01")                              \
    X(GROWING_OWN, "a factor that grows, the gradient with it", "N01")                             \
    X(FADING, "an addition that decays", "N01")                                                    \
    X(WALK, "a random walk", "N01")                                                                \
    X(THREADS, "sums in changing order", "N01")                                                    \
    X(LATE, "the value of the call before", "N03")                                                 \
    X(WARM, "a solver that begins at its last solution", "N03")                                    \
    X(TOUCHED, "a gradient that moves what the loss reads", "N04")                                 \
    X(STEADY, "nothing of the kind", "")

#define KIND_NAME(name, text, want) name,
#define KIND_TEXT(name, text, want) text,
#define KIND_WANT(name, text, want) want,
typedef enum kind {
    KINDS(KIND_NAME) KIND_COUNT
} kind;
static const char *const texts[] = {KINDS(KIND_TEXT)};
static const char *const wants[] = {KINDS(KIND_WANT)};

static const double TOLD_LEAST = 0.95;
enum {
    VARIABLES_MOST = 12,
    SAMPLES = 60
};

typedef struct state {
    kind kind;
    double factor; /* of the gradient: 1 is right */
    uint64_t random;
    size_t n, calls;
    double size; /* of the noise, or of one step of a drift, relative to the loss */
    double base; /* the loss at the start */
    double extra, last, solution, touched;
    int batch, first; /* samples of the batch in use begin here */
    double weights[VARIABLES_MOST];
    int mask[VARIABLES_MOST];
    double rows[SAMPLES][VARIABLES_MOST], targets[SAMPLES];
} state;

static double uniform(state *s) /* SplitMix64 */
{
    uint64_t z = (s->random += UINT64_C(0x9e3779b97f4a7c15));
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return ((double)((z ^ (z >> 31)) >> 11) + 0.5) * 0x1p-53;
}

static double normal(state *s)
{
    return sqrt(-2.0 * log(uniform(s))) * cos(2.0 * acos(-1.0) * uniform(s));
}

/* ---- The function underneath ------------------------------------------------------------------
 */

static double term(const state *s, const double *x, size_t i)
{
    const double next = x[(i + 1) % s->n];
    return s->weights[i] * (x[i] * x[i] + 0.3 * sin(x[i] * next) + 1.5);
}

static double term_slope(const state *s, const double *x, size_t i, size_t by)
{
    const size_t next = (i + 1) % s->n;
    const double common = 0.3 * cos(x[i] * x[next]);
    double slope = by == i ? 2.0 * x[i] + common * x[next] : 0.0;
    slope += by == next ? common * x[i] : 0.0;
    return s->weights[i] * slope;
}

static double corner(const double *x, size_t i)
{
    return fabs(x[i] - (i % 2 ? 1.0 : -1.0) * 0.05 - (x[i] > 0.0 ? 0.6 : -0.6));
}

static double sample(const state *s, const double *x, int k)
{
    double product = 0.0;
    for (size_t i = 0; i < s->n; i++) {
        product += s->rows[k][i] * x[i];
    }
    return 0.5 * (product - s->targets[k]) * (product - s->targets[k]);
}

static void add_sample_slope(const state *s, const double *x, int k, double share, double *g)
{
    double product = 0.0;
    for (size_t i = 0; i < s->n; i++) {
        product += s->rows[k][i] * x[i];
    }
    for (size_t i = 0; i < s->n; i++) {
        g[i] += share * (product - s->targets[k]) * s->rows[k][i];
    }
}

static double sum(const state *s, const double *x, size_t first)
{
    double total = 0.0;
    for (size_t k = 0; k < s->n; k++) {
        total += term(s, x, (first + k) % s->n);
    }
    return total;
}

/* ---- What is laid over it ----------------------------------------------------------------------
 */

static double batch(state *s, const double *x)
{
    const int cyclic = s->kind == CYCLE || s->kind == CYCLE_OWN;
    const int batches = SAMPLES / s->batch;
    const int nth = cyclic ? (int)(s->calls % (size_t)batches) : (int)(batches * uniform(s));
    double total = 0.0;
    s->first = nth * s->batch;
    for (int k = 0; k < s->batch; k++) {
        total += sample(s, x, s->first + k) / s->batch;
    }
    return total;
}

static double masked(state *s, const double *x)
{
    const double keep = 0.8;
    double total = 0.0;
    for (size_t i = 0; i < s->n; i++) {
        s->mask[i] = uniform(s) < keep;
        total += s->mask[i] ? term(s, x, i) / keep : 0.0;
    }
    return total;
}

static double warm(state *s, const double *x)
{
    double next = 0.5 * cos(s->solution) + 0.5 * x[0];
    while (fabs(next - s->solution) > 1e-6) {
        s->solution = next;
        next = 0.5 * cos(s->solution) + 0.5 * x[0];
    }
    return s->solution;
}

static double corners(const state *s, const double *x)
{
    double total = 0.0;
    for (size_t i = 0; i < s->n; i++) {
        total += corner(x, i);
    }
    return total;
}

static double loss(const double *x, size_t n, void *user)
{
    state *const s = user;
    const double amount = s->size * s->base;
    (void)n;
    s->calls++;
    switch (s->kind) {
    case GAUSS:
        return sum(s, x, 0) + amount * normal(s);
    case CORNERS:
        return sum(s, x, 0) + corners(s, x) + amount * normal(s);
    case STUDENT: {
        const double chi = -2.0 * log(uniform(s)); /* of 2 degrees */
        return sum(s, x, 0) + amount * normal(s) / sqrt(0.5 * chi);
    }
    case CAUCHY:
        return sum(s, x, 0) + amount * tan(acos(-1.0) * (uniform(s) - 0.5));
    case SCALED:
        return sum(s, x, 0) * exp(s->size * normal(s));
    case MASKED:
    case MASKED_OWN:
        return masked(s, x);
    case BATCH:
    case BATCH_OWN:
    case CYCLE:
    case CYCLE_OWN:
        return batch(s, x);
    case RARE:
        return sum(s, x, 0) * (uniform(s) < 0.025 ? 1.5 : 1.0) + 1e-3 * amount * normal(s);
    case COUNTED:
        return sum(s, x, 0) + amount * (double)s->calls;
    case GROWING:
    case GROWING_OWN:
        return sum(s, x, 0) * (1.0 + s->size * (double)s->calls);
    case FADING:
        return sum(s, x, 0) + s->base * exp(-s->size * (double)s->calls);
    case WALK:
        s->extra += amount * normal(s);
        return sum(s, x, 0) + s->extra;
    case THREADS:
        return sum(s, x, s->calls % s->n);
    case LATE: {
        const double before = s->last;
        s->last = sum(s, x, 0);
        return before;
    }
    case WARM:
        return sum(s, x, 0) + warm(s, x);
    case TOUCHED:
        return sum(s, x, 0) + s->touched;
    case STEADY:
    case KIND_COUNT:
        break;
    }
    return sum(s, x, 0);
}

static double weight_of(const state *s, size_t i)
{
    return s->kind == MASKED_OWN    ? (s->mask[i] ? 1.0 / 0.8 : 0.0)
           : s->kind == GROWING_OWN ? 1.0 + s->size * (double)s->calls
                                    : 1.0;
}

static int gradient(const double *x, size_t n, double *g, void *user)
{
    state *const s = user;
    const int in_batches = s->kind >= BATCH && s->kind <= CYCLE_OWN;
    const int own = s->kind == BATCH_OWN || s->kind == CYCLE_OWN;
    for (size_t i = 0; i < n; i++) {
        g[i] = 0.0;
        for (size_t k = 0; k < n && !in_batches; k++) {
            g[i] += weight_of(s, k) * term_slope(s, x, k, i);
        }
        if (s->kind == CORNERS) {
            const double at = (i % 2 ? 1.0 : -1.0) * 0.05 + (x[i] > 0.0 ? 0.6 : -0.6);
            g[i] += x[i] > at ? 1.0 : -1.0;
        }
    }
    for (int k = 0; in_batches && k < (own ? s->batch : SAMPLES); k++) {
        add_sample_slope(s, x, (own ? s->first : 0) + k, 1.0 / (own ? s->batch : SAMPLES), g);
    }
    if (s->kind == WARM) {
        g[0] += 1.0 / (2.0 + sin(s->solution));
    }
    s->touched = 0.5 * s->touched + 1e-3 * s->base;
    for (size_t i = 0; i < n; i++) {
        g[i] *= s->factor;
    }
    return 0;
}

/* ---- Audits ------------------------------------------------------------------------------------
 */

static void begin(state *s, double *x, kind of, uint64_t seed)
{
    *s = (state){.kind = of, .factor = 1.0, .random = seed * 1000003u};
    s->n = 1 + (size_t)(VARIABLES_MOST * uniform(s));
    s->size = of == GROWING || of == GROWING_OWN || of == FADING
                  ? pow(10.0, -1.5 - 4.0 * uniform(s))
                  : pow(10.0, -1.0 - 8.0 * uniform(s));
    static const int sizes[] = {1, 4, 5, 12, 20, 30};
    s->batch = sizes[(int)(6.0 * uniform(s))];
    s->solution = 0.5;
    for (size_t i = 0; i < s->n; i++) {
        s->weights[i] = 0.2 + uniform(s);
        x[i] = (uniform(s) < 0.5 ? -1.0 : 1.0) * (0.3 + uniform(s));
    }
    if (of == THREADS && s->n < 4) {
        s->n = 12;
        for (size_t i = 0; i < s->n; i++) {
            s->weights[i] = 0.2 + uniform(s);
            x[i] = 0.3 + uniform(s);
        }
    }
    const double spread = uniform(s); /* of the samples */
    for (int k = 0; k < SAMPLES; k++) {
        for (size_t i = 0; i < s->n; i++) {
            s->rows[k][i] = 1.0 + spread * normal(s);
        }
        s->targets[k] = 3.0 + 0.3 * normal(s);
    }
    s->base = sum(s, x, 0);
}

typedef struct tally {
    size_t audits, accused, told, elements, failed, passed, evaluations;
} tally;

static void audit(kind of, uint64_t seed, double factor, int verbose, tally *into)
{
    state s;
    double x[VARIABLES_MOST];
    ga_problem *problem = NULL;
    ga_result *result = NULL;
    begin(&s, x, of, seed);
    s.factor = factor;
    (void)ga_problem_flat(
        &(ga_flat){
            .name = "restless", .n = s.n, .x = x, .loss = loss, .grad = gradient, .user = &s},
        &problem);
    const ga_options options = {.seed = seed};
    if (ga_audit(problem, &options, &result) != GA_OK) {
        printf("an audit was impossible: %s\n", ga_problem_error(problem));
        exit(2);
    }
    int accused = 0;
    int told = wants[of][0] == '\0';
    for (size_t i = 0; i < ga_result_finding_count(result); i++) {
        const ga_finding *const finding = ga_result_finding(result, i);
        told |= strcmp(finding->code, wants[of]) == 0;
        accused |= strchr("GS", finding->code[0]) && strcmp(finding->code, "G11") != 0;
        accused |= of == THREADS && finding->severity == GA_ERROR;
        if (verbose && strcmp(finding->code, wants[of]) != 0) {
            printf("%s, seed %llu, n %zu, size %.2g: %s %s (%s)\n", texts[of],
                   (unsigned long long)seed, s.n, s.size, finding->code, finding->message,
                   finding->why);
        }
    }
    into->audits++;
    into->accused += accused != 0;
    into->told += told != 0;
    into->elements += s.n;
    into->evaluations += ga_result_facts(result)->evaluations;
    for (size_t i = 0; i < ga_result_element_count(result, 0); i++) {
        const ga_verdict verdict = ga_result_element(result, 0, i)->verdict;
        into->failed += verdict == GA_FAIL;
        into->passed += verdict == GA_PASS;
    }
    ga_result_free(result);
    ga_problem_free(problem);
}

int main(int argc, char **argv)
{
    int verbose = 0;
    if (argc > 1 && strcmp(argv[1], "-v") == 0) {
        verbose = 1;
        argc--;
        argv++;
    }
    const size_t audits = argc > 1 ? strtoul(argv[1], NULL, 10) : 2400;
    const uint64_t first = argc > 2 ? strtoul(argv[2], NULL, 10) : 1;
    const size_t each = audits / KIND_COUNT + 1;
    tally all = {0};
    int missed = 0;

    printf("%-44s %7s %9s %7s %8s %9s | %9s %9s\n", "loss", "audits", "accused", "told", "passed",
           "eval/var", "negated", "doubled");
    for (int k = 0; k < KIND_COUNT; k++) {
        tally right = {0};
        tally negated = {0};
        tally doubled = {0};
        for (uint64_t i = 0; i < each; i++) {
            const uint64_t seed = first + i * KIND_COUNT + (uint64_t)k;
            audit((kind)k, seed, 1.0, verbose, &right);
            if (i % 4 == 0) {
                audit((kind)k, seed, -1.0, 0, &negated);
                audit((kind)k, seed, 2.0, 0, &doubled);
            }
        }
        printf("%-44s %7zu %9zu %6.1f%% %7.1f%% %9.1f | %8.1f%% %8.1f%%\n", texts[k], right.audits,
               right.accused, 100.0 * (double)right.told / (double)right.audits,
               100.0 * (double)right.passed / (double)right.elements,
               (double)right.evaluations / (double)right.elements,
               100.0 * (double)negated.accused / (double)negated.audits,
               100.0 * (double)doubled.accused / (double)doubled.audits);
        all.audits += right.audits;
        all.accused += right.accused;
        missed |= right.accused > 0;
        missed |= k != THREADS && (double)right.told < TOLD_LEAST * (double)right.audits;
    }
    printf("%zu right audits, %zu accused; %s\n", all.audits, all.accused,
           missed ? "a bar is missed" : "all bars met");
    return missed;
}
