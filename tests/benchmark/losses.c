/*
 * Does an audit keep its promises on whole losses?
 *
 *     losses [-v] [-f TEXT] [INSTANCES] [FIRST]
 *
 * Audits some two hundred losses through the public interface: each as it is, with its right
 * gradient, and then with one wrong element at a time. Counts false alarms, faults that were
 * missed although the right run had said that they would be seen, and lies, and compares them with
 * the bars below. -v prints every miss and every loss, -f only losses with TEXT in their name.
 * Exit status 1 if a bar is missed.
 */
#include "loss.h"

#include <gradaudit/gradaudit.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    INSTANCES = 24,
    RUNS_MOST = 40000,
    CODES_MOST = 40
};

static const double CAUGHT_LEAST = 0.99;    /* of the faults that are resolvable */
static const double EVALUATIONS_FEW = 6.5;  /* mean per parameter, n from 5 to 12 */
static const double EVALUATIONS_MANY = 6.0; /* n from 50 */

/* ---- A loss as a problem ----------------------------------------------------------------------
 */

#define FAULTS(X)                                                                                  \
    X(FAULT_NONE, "none")                                                                          \
    X(FAULT_1E5, "1e-5 of it")                                                                     \
    X(FAULT_1E4, "1e-4 of it")                                                                     \
    X(FAULT_1E3, "1e-3 of it")                                                                     \
    X(FAULT_1E2, "1e-2 of it")                                                                     \
    X(FAULT_TENTH, "a tenth of it")                                                                \
    X(FAULT_SIGN, "sign")                                                                          \
    X(FAULT_ZERO, "zero")                                                                          \
    X(FAULT_TWICE, "twice")                                                                        \
    X(FAULT_SWAPPED, "swapped with the next")                                                      \
    X(FAULT_OTHER, "another element's")                                                            \
    X(FAULT_ABSOLUTE, "1e-3 rms more")

#define FAULT_NAME(name, text) name,
#define FAULT_TEXT(name, text) text,
typedef enum fault {
    FAULTS(FAULT_NAME) FAULT_COUNT
} fault;
static const char *const fault_texts[] = {FAULTS(FAULT_TEXT)};

typedef struct subject {
    const loss *self;
    fault kind;
    size_t at;
    double doubles[LOSS_MOST], double_slopes[LOSS_MOST];
    float floats[LOSS_MOST], float_slopes[LOSS_MOST];
} subject;

static double rms(const double *g, size_t n)
{
    double largest = 0.0;
    double sum = 0.0;
    for (size_t k = 0; k < n; k++) {
        largest = fmax(largest, fabs(g[k]));
    }
    for (size_t k = 0; k < n && largest > 0.0; k++) {
        sum += g[k] / largest * (g[k] / largest);
    }
    return largest * sqrt(sum / (double)n);
}

static void plant(const subject *s, double *g)
{
    const size_t n = s->self->n;
    const size_t next = (s->at + 1) % n;
    const double right = g[s->at];
    switch (s->kind) {
    case FAULT_1E5:
        g[s->at] *= 1.0 + 1e-5;
        break;
    case FAULT_1E4:
        g[s->at] *= 1.0 + 1e-4;
        break;
    case FAULT_1E3:
        g[s->at] *= 1.0 + 1e-3;
        break;
    case FAULT_1E2:
        g[s->at] *= 1.0 + 1e-2;
        break;
    case FAULT_TENTH:
        g[s->at] *= 1.1;
        break;
    case FAULT_SIGN:
        g[s->at] = -right;
        break;
    case FAULT_ZERO:
        g[s->at] = 0.0;
        break;
    case FAULT_TWICE:
        g[s->at] *= 2.0;
        break;
    case FAULT_SWAPPED:
        g[s->at] = g[next];
        g[next] = right;
        break;
    case FAULT_OTHER:
        g[s->at] = g[(s->at + n / 2) % n];
        break;
    case FAULT_ABSOLUTE:
        g[s->at] += 1e-3 * rms(g, n);
        break;
    case FAULT_NONE:
    case FAULT_COUNT:
        break;
    }
}

static double flat_loss(const double *x, size_t n, void *user)
{
    const subject *const s = user;
    (void)n;
    return loss_value(s->self, x);
}

static int flat_gradient(const double *x, size_t n, double *g, void *user)
{
    const subject *const s = user;
    (void)n;
    loss_slope(s->self, x, g);
    plant(s, g);
    return 0;
}

static double tensor_loss(void *user)
{
    const subject *const s = user;
    return loss_value(s->self, s->doubles);
}

static int tensor_gradient(void *user)
{
    subject *const s = user;
    loss_slope(s->self, s->doubles, s->double_slopes);
    plant(s, s->double_slopes);
    return 0;
}

static double float_loss(void *user)
{
    const subject *const s = user;
    double x[LOSS_MOST];
    for (size_t k = 0; k < s->self->n; k++) {
        x[k] = (double)s->floats[k];
    }
    return loss_value(s->self, x);
}

static int float_gradient(void *user)
{
    subject *const s = user;
    for (size_t k = 0; k < s->self->n; k++) {
        s->doubles[k] = (double)s->floats[k];
    }
    loss_slope(s->self, s->doubles, s->double_slopes);
    plant(s, s->double_slopes);
    for (size_t k = 0; k < s->self->n; k++) {
        s->float_slopes[k] = (float)s->double_slopes[k];
    }
    return 0;
}

static const char *part_name(size_t part)
{
    static const char *const names[LOSS_PARTS] = {"W1", "b1", "W2", "b2", "W3", "b3", "W4", "b4"};
    return names[part];
}

static ga_problem *describe_flat(const loss *self, subject *s)
{
    ga_problem *p = NULL;
    ga_problem_flat(&(ga_flat){.name = self->name,
                               .n = self->n,
                               .x = self->x,
                               .loss = flat_loss,
                               .grad = flat_gradient,
                               .user = s,
                               .lower = self->is_bounded ? self->lower : NULL,
                               .upper = self->is_bounded ? self->upper : NULL,
                               .rtol = self->rtol},
                    &p);
    size_t offset = 0;
    for (size_t i = 0; i < self->part_count && self->form == LOSS_SLICES; i++) {
        ga_problem_slice(
            p, &(ga_slice){
                   .name = part_name(i), .offset = offset, .rank = 1, .shape = {self->parts[i]}});
        offset += self->parts[i];
    }
    return p;
}

static ga_problem *describe(const loss *self, subject *s)
{
    if (self->form == LOSS_FLAT || self->form == LOSS_SLICES) {
        return describe_flat(self, s);
    }
    ga_problem *p = NULL;
    ga_problem_new(self->name, &p);
    const int is_float = self->form == LOSS_FLOATS;
    size_t offset = 0;
    for (size_t k = 0; k < self->n; k++) {
        s->doubles[k] = self->x[k];
        s->floats[k] = (float)self->x[k];
    }
    for (size_t i = 0; i < self->part_count; i++) {
        const size_t count = self->parts[i];
        if (is_float) {
            GA_TENSOR(p, part_name(i), s->floats + offset, s->float_slopes + offset, count);
        } else {
            GA_TENSOR(p, part_name(i), s->doubles + offset, s->double_slopes + offset, count);
        }
        offset += count;
    }
    ga_problem_callbacks(p, is_float ? float_loss : tensor_loss,
                         is_float ? float_gradient : tensor_gradient, s);
    return p;
}

/* ---- One audit --------------------------------------------------------------------------------
 */

typedef struct outcome {
    size_t n;
    double evaluations;
    double noise;
    int errors;    /* findings of severity error that nobody expects */
    int all_wrong; /* G03: one factor in everything */
    int points;
    ga_element element[LOSS_MOST];
    int measured[LOSS_MOST];
} outcome;

typedef struct code_count {
    char code[8];
    size_t count;
} code_count;

static code_count codes[CODES_MOST];

static void count_code(const char *code)
{
    size_t i = 0;
    while (i < CODES_MOST - 1 && codes[i].count > 0 && strcmp(codes[i].code, code) != 0) {
        i++;
    }
    strncpy(codes[i].code, code, sizeof codes[i].code - 1);
    codes[i].count++;
}

/* A loss that is rounded does stand on a plateau. */
static int is_expected(const loss *self, const ga_finding *finding)
{
    return self->group == LOSS_QUANTISED && strcmp(finding->code, "S03") == 0;
}

static void collect(const loss *self, const ga_result *result, outcome *out)
{
    const ga_facts *const facts = ga_result_facts(result);
    out->n = self->n;
    out->evaluations = (double)facts->evaluations;
    out->noise = facts->noise;
    out->points = facts->points;
    size_t offset = 0;
    for (size_t v = 0; v < ga_result_variable_count(result); v++) {
        for (size_t k = 0; k < ga_result_element_count(result, v); k++) {
            const ga_element *const element = ga_result_element(result, v, k);
            out->element[offset + element->index] = *element;
            out->measured[offset + element->index] = 1;
        }
        offset += ga_result_variable(result, v)->elements;
    }
    for (size_t i = 0; i < ga_result_finding_count(result); i++) {
        const ga_finding *const finding = ga_result_finding(result, i);
        out->errors += finding->severity == GA_ERROR && !is_expected(self, finding);
        out->all_wrong |= strcmp(finding->code, "G03") == 0;
    }
}

static void print_findings(const loss *self, int instance, const ga_result *result)
{
    for (size_t i = 0; i < ga_result_finding_count(result); i++) {
        const ga_finding *const finding = ga_result_finding(result, i);
        if (finding->severity == GA_ERROR && !is_expected(self, finding)) {
            printf("FALSE ALARM %s, instance %d (n %zu, loss %g, noise %.2g):\n  %s %s: %s\n  %s\n",
                   self->name, instance, self->n, ga_result_facts(result)->loss_value,
                   ga_result_facts(result)->noise, finding->code, finding->name, finding->message,
                   finding->why ? finding->why : "");
        }
    }
}

static int run_with(const loss *self, int instance, fault kind, size_t at,
                    const ga_options *options, outcome *out)
{
    static subject s;
    ga_result *result = NULL;
    memset(out, 0, sizeof *out);
    s = (subject){.self = self, .kind = kind, .at = at};
    ga_problem *const p = describe(self, &s);
    const ga_status status = ga_audit(p, options, &result);
    if (status != GA_OK) {
        const char *const why = ga_problem_error(p);
        printf("%s: %s\n", self->name, why ? why : ga_status_text(status));
        ga_problem_free(p);
        return 0;
    }
    collect(self, result, out);
    if (kind == FAULT_NONE) {
        print_findings(self, instance, result);
        for (size_t i = 0; i < ga_result_finding_count(result); i++) {
            count_code(ga_result_finding(result, i)->code);
        }
    }
    ga_result_free(result);
    ga_problem_free(p);
    return 1;
}

static int run(const loss *self, int instance, fault kind, size_t at, int points, outcome *out)
{
    return run_with(self, instance, kind, at,
                    &(ga_options){.seed = (uint64_t)instance, .points = points}, out);
}

/* ---- Tallies ----------------------------------------------------------------------------------
 */

typedef struct tally {
    size_t runs, false_alarms;
    size_t elements, inconclusive, failed;
    double evaluations;
    size_t faults, resolvable, caught, caught_anyway;
    size_t lies, extra;
} tally;

static tally groups[LOSS_GROUP_COUNT], kinds[FAULT_COUNT], all;

static void add(tally *sum, const tally *part)
{
    sum->runs += part->runs;
    sum->false_alarms += part->false_alarms;
    sum->elements += part->elements;
    sum->inconclusive += part->inconclusive;
    sum->failed += part->failed;
    sum->evaluations += part->evaluations;
    sum->faults += part->faults;
    sum->resolvable += part->resolvable;
    sum->caught += part->caught;
    sum->caught_anyway += part->caught_anyway;
    sum->lies += part->lies;
    sum->extra += part->extra;
}

static double percent(size_t part, size_t whole)
{
    return whole ? 100.0 * (double)part / (double)whole : 100.0;
}

static void print_tally(const char *title, const tally *t)
{
    printf("%-22s %5zu %5zu  %7zu %6.2f %7.2f  %6zu %6zu %7.2f %6zu %5zu %5zu\n", title, t->runs,
           t->false_alarms, t->elements,
           100.0 - percent(t->elements - t->inconclusive, t->elements),
           t->elements ? t->evaluations / (double)t->elements : 0.0, t->faults, t->resolvable,
           percent(t->caught, t->resolvable), t->resolvable - t->caught, t->lies, t->extra);
}

/* Which element gets this fault: another one for each kind and instance. */
static size_t element_for(const loss *self, int instance, fault kind)
{
    return (size_t)(instance * 5 + (int)kind * 3 + 1) * 7u % self->n;
}

/* ---- Several points ---------------------------------------------------------------------------
 */

/* Right losses once more, with as many points as an audit takes by itself. */
static struct {
    size_t runs, points, false_alarms;
    double evaluations; /* beyond those at the point given */
} elsewhere;

static void try_points(const loss *self, int instance, const outcome *alone)
{
    static outcome several;
    if (run(self, instance, FAULT_NONE, 0, 0, &several)) {
        elsewhere.runs++;
        elsewhere.points += (size_t)several.points - 1;
        elsewhere.false_alarms += several.errors > 0;
        elsewhere.evaluations += several.evaluations - alone->evaluations;
    }
}

/* ---- Directions alone --------------------------------------------------------------------------
 */

/* Every loss as if it were too large to be measured element by element. */
static struct {
    size_t runs, false_alarms, wrong, seen;
    double evaluations;
} screened;

static void try_screen(const loss *self, int instance)
{
    static const fault kinds_tried[] = {FAULT_SIGN, FAULT_TWICE};
    const ga_options options = {
        .seed = (uint64_t)instance, .points = 1, .measure = GA_MEASURE_SCREEN};
    static outcome found;
    if (!run_with(self, instance, FAULT_NONE, 0, &options, &found)) {
        return;
    }
    screened.runs++;
    screened.false_alarms += found.errors > 0;
    screened.evaluations += found.evaluations;
    for (size_t i = 0; i < sizeof kinds_tried / sizeof *kinds_tried; i++) {
        const size_t at = element_for(self, instance, kinds_tried[i]);
        if (run_with(self, instance, kinds_tried[i], at, &options, &found)) {
            screened.wrong++;
            screened.seen += found.errors > 0 || found.all_wrong;
        }
    }
}

/* ---- One loss and its wrong twins -------------------------------------------------------------
 */

static void print_miss(const char *what, const loss *self, int instance, fault kind, size_t at,
                       const ga_element *right, const ga_element *wrong)
{
    printf("%s %s, instance %d, [%zu] %s: x %.4g, right %.9g (%.9g +- %.2g, resolution %.2g: %s), "
           "claimed %.9g (%.9g +- %.2g, resolution %.2g: %s)\n",
           what, self->name, instance, at, fault_texts[kind], right->x, right->analytic,
           right->measured, right->uncertainty, right->resolution, right->reason, wrong->analytic,
           wrong->measured, wrong->uncertainty, wrong->resolution, wrong->reason);
}

/* Judge what a wrong run says of element k. */
static void judge(const loss *self, int instance, fault kind, size_t k, const outcome *right,
                  const outcome *wrong, int verbose, tally *out)
{
    const ga_element *const was = &right->element[k];
    const ga_element *const is = &wrong->element[k];
    if (!right->measured[k] || !wrong->measured[k]) {
        return;
    }
    const double amount = fabs(is->analytic - was->analytic);
    if (wrong->all_wrong) {
        out->faults++;
        out->resolvable++;
        out->caught++;
        return;
    }
    if (!(amount > 0.0)) {
        if (is->verdict == GA_FAIL && was->verdict != GA_FAIL) {
            out->extra++;
            print_miss("EXTRA", self, instance, kind, k, was, is);
        }
        return;
    }
    const int caught = is->verdict == GA_FAIL && wrong->errors > 0;
    const int resolvable = amount > was->resolution;
    const int lie = is->verdict == GA_PASS && is->resolution < amount * (1.0 - 1e-9);
    out->faults++;
    out->resolvable += resolvable ? 1 : 0;
    out->caught += resolvable && caught ? 1 : 0;
    out->caught_anyway += !resolvable && caught ? 1 : 0;
    out->lies += lie ? 1 : 0;
    if (lie) {
        print_miss("LIE", self, instance, kind, k, was, is);
    } else if (verbose && resolvable && !caught) {
        print_miss("MISSED", self, instance, kind, k, was, is);
    }
}

static void try_loss(const loss_entry *entry, int instance, int verbose, tally *out,
                     double *per_parameter)
{
    static loss self;
    static outcome right;
    static outcome wrong;
    loss_make(entry, instance, &self);
    *per_parameter = (double)NAN;
    if (run(&self, instance, FAULT_NONE, 0, 1, &right)) {
        try_points(&self, instance, &right);
        try_screen(&self, instance);
        out->runs++;
        out->false_alarms += right.errors > 0;
        out->evaluations += right.evaluations;
        out->elements += self.n;
        for (size_t k = 0; k < self.n; k++) {
            out->inconclusive += right.measured[k] && right.element[k].verdict == GA_INCONCLUSIVE;
            out->failed += right.measured[k] && right.element[k].verdict == GA_FAIL;
            if (verbose && right.measured[k] && right.element[k].verdict == GA_INCONCLUSIVE) {
                const ga_element *const e = &right.element[k];
                printf(
                    "INCONCLUSIVE %s, instance %d, [%zu]: x %.4g, right %.9g (%.9g +- %.2g): %s\n",
                    self.name, instance, k, e->x, e->analytic, e->measured, e->uncertainty,
                    e->reason);
            }
        }
        *per_parameter = right.evaluations / (double)self.n;
        if (verbose) {
            printf("loss %-28s instance %d: n %3zu, %6.0f evaluations, %5.2f each, noise %.2g\n",
                   self.name, instance, self.n, right.evaluations, *per_parameter, right.noise);
        }
        for (int kind = FAULT_NONE + 1; kind < FAULT_COUNT; kind++) {
            tally one = {0};
            const size_t at = element_for(&self, instance, (fault)kind);
            if (kind == FAULT_SWAPPED && self.n < 2) {
                continue;
            }
            if (run(&self, instance, (fault)kind, at, 1, &wrong)) {
                for (size_t k = 0; k < self.n; k++) {
                    judge(&self, instance, (fault)kind, k, &right, &wrong, verbose, &one);
                }
            }
            add(&kinds[kind], &one);
            add(out, &one);
        }
    }
    loss_clear(&self);
}

/* ---- All of them ------------------------------------------------------------------------------
 */

typedef struct sizes {
    const char *title;
    size_t least, most;
    double bar; /* mean evaluations per parameter; 0: none */
    double each[RUNS_MOST];
    size_t count;
} sizes;

static sizes classes[] = {
    {.title = "n <= 4", .least = 1, .most = 4},
    {.title = "n 5 to 12", .least = 5, .most = 12, .bar = EVALUATIONS_FEW},
    {.title = "n 13 to 49", .least = 13, .most = 49},
    {.title = "n >= 50", .least = 50, .most = SIZE_MAX, .bar = EVALUATIONS_MANY},
};

static int by_size(const void *a, const void *b)
{
    const double p = *(const double *)a;
    const double q = *(const double *)b;
    return p < q ? -1 : p > q;
}

/* Prints the evaluations per parameter; returns how many bars are missed. */
static int compare_sizes(void)
{
    int missed = 0;
    printf("\nevaluations per parameter of a right loss, all included\n%-12s %6s %7s %7s %7s\n", "",
           "losses", "median", "mean", "most");
    for (size_t c = 0; c < sizeof classes / sizeof *classes; c++) {
        sizes *const s = &classes[c];
        double sum = 0.0;
        if (s->count == 0) {
            continue;
        }
        qsort(s->each, s->count, sizeof *s->each, by_size);
        for (size_t i = 0; i < s->count; i++) {
            sum += s->each[i];
        }
        const double mean = sum / (double)s->count;
        printf("%-12s %6zu %7.2f %7.2f %7.2f\n", s->title, s->count, s->each[s->count / 2], mean,
               s->each[s->count - 1]);
        if (s->bar > 0.0 && !(mean <= s->bar)) {
            printf("MISSED: mean evaluations %.3g, wanted %.3g\n", mean, s->bar);
            missed++;
        }
    }
    return missed;
}

static int compare_all(void)
{
    int missed = 0;
    printf("\n%zu right losses at %zu more points: %zu false alarms, %.1f evaluations a point\n",
           elsewhere.runs, elsewhere.points, elsewhere.false_alarms,
           elsewhere.evaluations / (double)elsewhere.points);
    printf(
        "%zu right losses by directions alone: %zu false alarms, %.1f evaluations; of %zu with an "
        "element of another sign, or doubled, %zu were accused\n",
        screened.runs, screened.false_alarms, screened.evaluations / (double)screened.runs,
        screened.wrong, screened.seen);
    if (screened.false_alarms > 0) {
        printf("MISSED: %zu false alarms of directions, wanted 0\n", screened.false_alarms);
        missed++;
    }
    if (elsewhere.false_alarms > 0) {
        printf("MISSED: %zu false alarms at other points, wanted 0\n", elsewhere.false_alarms);
        missed++;
    }
    if (all.false_alarms > 0) {
        printf("MISSED: %zu false alarms, wanted 0\n", all.false_alarms);
        missed++;
    }
    if (!((double)all.caught >= CAUGHT_LEAST * (double)all.resolvable)) {
        printf("MISSED: %.4g of the resolvable faults caught, wanted %.4g\n",
               (double)all.caught / (double)all.resolvable, CAUGHT_LEAST);
        missed++;
    }
    if (all.lies > 0) {
        printf("MISSED: %zu lies, wanted 0\n", all.lies);
        missed++;
    }
    return missed;
}

static void try_family(const loss_family *family, int first, int instances, int verbose,
                       const char *only)
{
    for (size_t i = 0; i < family->count; i++) {
        static loss named;
        loss_make(&family->entries[i], 0, &named);
        const int wanted = !only || strstr(named.name, only);
        loss_clear(&named);
        for (int instance = first; instance < first + instances && wanted; instance++) {
            tally one = {0};
            double each = 0.0;
            try_loss(&family->entries[i], instance, verbose, &one, &each);
            add(&groups[family->entries[i].group], &one);
            add(&all, &one);
            for (size_t c = 0; c < sizeof classes / sizeof *classes; c++) {
                sizes *const s = &classes[c];
                if (isfinite(each) && one.elements >= s->least && one.elements <= s->most &&
                    s->count < RUNS_MOST) {
                    s->each[s->count++] = each;
                }
            }
        }
    }
}

#define GROUP_TITLE(name, title) title,

static void print_all(void)
{
    static const char *const titles[] = {LOSS_GROUPS(GROUP_TITLE)};
    printf("\n%-22s %5s %5s  %7s %6s %7s  %6s %6s %7s %6s %5s %5s\n", "", "right", "false", "elem",
           "INC %", "evals", "faults", "resolv", "FAIL %", "missed", "lies", "extra");
    for (int g = 0; g < LOSS_GROUP_COUNT; g++) {
        if (groups[g].runs > 0) {
            print_tally(titles[g], &groups[g]);
        }
    }
    print_tally("all", &all);
    printf("\nby fault\n");
    for (int kind = FAULT_NONE + 1; kind < FAULT_COUNT; kind++) {
        print_tally(fault_texts[kind], &kinds[kind]);
    }
    printf("\n%zu faults below the stated resolution failed as well; findings on right losses:",
           all.caught_anyway);
    for (size_t i = 0; i < CODES_MOST && codes[i].count > 0; i++) {
        printf(" %s %zu", codes[i].code, codes[i].count);
    }
    printf("\n");
}

int main(int argc, char **argv)
{
    const loss_family *const families[] = {&loss_classical, &loss_fits, &loss_hard, &loss_dressed};
    int verbose = 0;
    const char *only = NULL;
    int i = 1;
    for (; i < argc && argv[i][0] == '-'; i++) {
        if (strcmp(argv[i], "-v") == 0) {
            verbose = 1;
        } else if (strcmp(argv[i], "-f") == 0 && i + 1 < argc) {
            only = argv[++i];
        } else {
            fprintf(stderr, "usage: losses [-v] [-f TEXT] [INSTANCES] [FIRST]\n");
            return 2;
        }
    }
    const int instances = i < argc ? (int)strtol(argv[i], NULL, 10) : INSTANCES;
    const int first = i + 1 < argc ? (int)strtol(argv[i + 1], NULL, 10) : 0;
    for (size_t k = 0; k < sizeof families / sizeof *families; k++) {
        try_family(families[k], first, instances, verbose, only);
    }
    print_all();
    int missed = compare_sizes();
    missed += compare_all();
    printf("%d bars missed\n", missed);
    return missed > 0;
}
