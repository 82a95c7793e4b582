/*
 * What does an audit cost beyond the loss itself?
 *
 * Time: ga_audit() per loss evaluation, against a plain loop of central differences over the same
 * sum of squares, alternating, medians of several. Memory: the peak of a process that audits a
 * million parameters.
 *
 * And for ten million parameters in float, in buffers of their own, by directions alone: the
 * evaluations, the memory beyond that of the program, and the time beyond the callbacks in copies
 * of the parameters.
 *
 * Exit status 1 if a bar is missed.
 */
#include <gradaudit/gradaudit.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum {
    REPEATS_MOST = 61,
    MEGABYTE = 1000000
};

static const double MEMORY_BAR = 150.0; /* megabytes, the user's vector included */

static double loss(const double *x, size_t n, void *user)
{
    double sum = 0.0;
    (void)user;
    for (size_t i = 0; i < n; i++) {
        sum += x[i] * x[i];
    }
    return sum;
}

static int gradient(const double *x, size_t n, double *g, void *user)
{
    (void)user;
    for (size_t i = 0; i < n; i++) {
        g[i] = 2.0 * x[i];
    }
    return 0;
}

static double *make_point(size_t n)
{
    double *const x = calloc(n, sizeof *x);
    for (size_t i = 0; x && i < n; i++) {
        x[i] = 0.5 + (double)(i * 7919u % 1009u) / 1009.0;
    }
    return x;
}

/* Of the processor: on an idle machine the same as those on the wall, on a busy one still right. */
static double seconds(void)
{
    struct timespec now = {0};
    (void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

/* Seconds per evaluation of a loop that has to be written anyway; through a pointer, as a library
 * would call. */
static double time_plain(ga_flat_loss_fn *volatile function, double *x, size_t n,
                         size_t evaluations, double *worst)
{
    const double began = seconds();
    const size_t differences = evaluations / 2;
    for (size_t k = 0; k < differences; k++) {
        const size_t i = k % n;
        const double at = x[i];
        const double h = 1e-5 * fabs(at);
        x[i] = at + h;
        const double above = function(x, n, NULL);
        x[i] = at - h;
        const double below = function(x, n, NULL);
        x[i] = at;
        *worst = fmax(*worst, fabs((above - below) / (2.0 * h) - 2.0 * at));
    }
    return (seconds() - began) / (double)(2 * differences);
}

/* The same for an audit. *evaluations: how many it used. */
static double time_audit(const double *x, size_t n, size_t most, size_t *evaluations)
{
    ga_problem *p = NULL;
    ga_result *result = NULL;
    ga_problem_flat(
        &(ga_flat){.name = "sum of squares", .n = n, .x = x, .loss = loss, .grad = gradient}, &p);
    const ga_options one_by_one = {
        .max_evaluations = most, .max_seconds = 1000.0, .measure = GA_MEASURE_ALL, .points = 1};
    const double began = seconds();
    const ga_status status = ga_audit(p, &one_by_one, &result);
    const double took = seconds() - began;
    *evaluations = 1;
    if (status == GA_OK && ga_result_verdict(result) != GA_FAIL) {
        *evaluations = ga_result_facts(result)->evaluations;
    } else {
        printf("the audit failed: %s\n", ga_status_text(status));
    }
    ga_result_free(result);
    ga_problem_free(p);
    return took / (double)*evaluations;
}

static int by_size(const void *a, const void *b)
{
    const double p = *(const double *)a;
    const double q = *(const double *)b;
    return p < q ? -1 : p > q;
}

static double median(double *values, int count)
{
    qsort(values, (size_t)count, sizeof *values, by_size);
    return values[count / 2];
}

static int compare_time(size_t n, size_t most, int repeats, double bar)
{
    double plain[REPEATS_MOST];
    double audit[REPEATS_MOST];
    double worst = 0.0;
    size_t evaluations = 0;
    double *const x = make_point(n);
    if (!x) {
        return 1;
    }
    (void)time_audit(x, n, most, &evaluations); /* warms up, and says how many to compare with */
    for (int i = 0; i < repeats; i++) {
        plain[i] = time_plain(loss, x, n, evaluations, &worst);
        audit[i] = time_audit(x, n, most, &evaluations);
    }
    free(x);
    const double ours = median(audit, repeats);
    const double theirs = median(plain, repeats);
    printf("n %7zu: %6zu evaluations, %.4g us each in an audit, %.4g us in a plain loop: ratio "
           "%.3f (at most %.2f)\n",
           n, evaluations, 1e6 * ours, 1e6 * theirs, ours / theirs, bar);
    return !(ours / theirs <= bar) || !(worst < 1.0);
}

static int compare_memory(size_t n, size_t most)
{
    (void)fflush(stdout);
    const pid_t child = fork();
    if (child == 0) {
        size_t evaluations = 0;
        double *const x = make_point(n);
        if (x) {
            (void)time_audit(x, n, most, &evaluations);
        }
        free(x);
        _exit(evaluations == most ? 0 : 1);
    }
    int status = 0;
    struct rusage usage;
    if (child < 0 || wait4(child, &status, 0, &usage) != child || status != 0) {
        printf("n %7zu: the audit for the memory did not end well\n", n);
        return 1;
    }
    const double peak = (double)usage.ru_maxrss * 1024.0 / MEGABYTE; /* Linux counts kilobytes */
    printf("n %7zu: %6zu evaluations, %.1f MB at most, %.1f of them the vector (at most %.0f)\n", n,
           most, peak, (double)(n * sizeof(double)) / MEGABYTE, MEMORY_BAR);
    return !(peak <= MEMORY_BAR);
}

/* ---- Ten million parameters ------------------------------------------------------------------ */

enum {
    LARGE = 10000000,
    AUDITS = 5, /* the best of so many: a machine is busy now and then */
    COPIES = 5
};

static const size_t LARGE_EVALUATIONS = 60;
static const double LARGE_MEMORY = 2.2; /* of the parameters: their copy and the gradient's */
static const double LARGE_COPIES = 4.0; /* of the parameters, per evaluation */

/* The quartic chain: sum of (x_i - x_(i+1))^4 / 4 + x_i^2 / 2. */
typedef struct large {
    float *x, *g;
    int is_chain;
    double seconds; /* spent in the callbacks */
} large;

static double large_loss(void *user)
{
    large *const at = user;
    const double began = seconds();
    double sum = 0.0;
    for (size_t i = 0; i < LARGE; i++) {
        const double x = (double)at->x[i];
        sum += x * x / 2.0;
    }
    for (size_t i = 0; at->is_chain && i + 1 < LARGE; i++) {
        const double gap = (double)at->x[i] - (double)at->x[i + 1];
        sum += gap * gap * gap * gap / 4.0;
    }
    at->seconds += seconds() - began;
    return sum;
}

static int large_gradient(void *user)
{
    large *const at = user;
    const double began = seconds();
    double before = 0.0;
    for (size_t i = 0; i < LARGE; i++) {
        const double gap =
            at->is_chain && i + 1 < LARGE ? (double)at->x[i] - (double)at->x[i + 1] : 0.0;
        const double cube = gap * gap * gap;
        at->g[i] = (float)((double)at->x[i] + cube - before);
        before = cube;
    }
    at->seconds += seconds() - began;
    return 0;
}

/* Bytes of /proc/self/status: "VmRSS:" now, "VmHWM:" at most so far; 0: not known. */
static double memory_of(const char *field)
{
    char line[128];
    double kilobytes = 0.0;
    FILE *const status = fopen("/proc/self/status", "r");
    while (status && fgets(line, sizeof line, status)) {
        if (strncmp(line, field, strlen(field)) == 0) {
            kilobytes = strtod(line + strlen(field), NULL);
        }
    }
    if (status) {
        (void)fclose(status);
    }
    return kilobytes * 1024.0;
}

static double time_copy(const large *at)
{
    double best = (double)INFINITY;
    for (int i = 0; i < COPIES; i++) {
        const double began = seconds();
        memcpy(at->g, at->x, LARGE * sizeof *at->x);
        best = fmin(best, seconds() - began);
    }
    return best;
}

/* Seconds beyond the callbacks per evaluation; NaN: something was found, or it took too many. */
static double audit_large(large *at, size_t *evaluations)
{
    ga_problem *p = NULL;
    ga_result *result = NULL;
    ga_problem_new("large", &p);
    GA_TENSOR(p, "x", at->x, at->g, LARGE);
    ga_problem_callbacks(p, large_loss, large_gradient, at);
    at->seconds = 0.0;
    const double began = seconds();
    const ga_options options = {.measure = GA_MEASURE_SCREEN, .points = 1, .max_seconds = 1000.0};
    const ga_status status = ga_audit(p, &options, &result);
    const double beyond = seconds() - began - at->seconds;
    *evaluations = 0;
    double each = (double)NAN;
    if (status == GA_OK && ga_result_verdict(result) == GA_PASS) {
        *evaluations = ga_result_facts(result)->evaluations;
        each = beyond / (double)*evaluations;
    } else {
        printf("the audit of 1e7 says %s\n", ga_verdict_text(ga_result_verdict(result)));
    }
    ga_result_free(result);
    ga_problem_free(p);
    return each;
}

/* In a process of its own, whose memory is then that of this audit. Returns the bars missed. */
static int measure_large(int is_chain)
{
    large at = {.is_chain = is_chain,
                .x = malloc(LARGE * sizeof(float)),
                .g = malloc(LARGE * sizeof(float))};
    if (!at.x || !at.g) {
        return 1;
    }
    for (size_t i = 0; i < LARGE; i++) {
        at.x[i] = 0.5f + (float)(i * 7919u % 1009u) / 1009.0f;
        at.g[i] = 1.0f; /* not 0: the page must be there before it is counted */
    }
    const double size = LARGE * sizeof(float);
    const double before = memory_of("VmRSS:");
    size_t evaluations = 0;
    double each = audit_large(&at, &evaluations);
    const double memory = (memory_of("VmHWM:") - before) / size;
    for (int i = 1; i < AUDITS; i++) {
        each = fmin(each, audit_large(&at, &evaluations));
    }
    const double copies = each / time_copy(&at);
    free(at.x);
    free(at.g);
    printf("n %d in float, %s: %zu evaluations (at most %zu), memory of %.2f times the parameters "
           "(at most %.1f), %.2f copies of them per evaluation beyond the callbacks (at most "
           "%.0f)\n",
           LARGE, is_chain ? "quartic chain" : "sum of squares", evaluations, LARGE_EVALUATIONS,
           memory, LARGE_MEMORY, copies, LARGE_COPIES);
    (void)fflush(stdout);
    return !(evaluations > 0 && evaluations <= LARGE_EVALUATIONS) +
           !(before > 0 && memory <= LARGE_MEMORY) + !(copies <= LARGE_COPIES);
}

static int compare_large(int is_chain)
{
    (void)fflush(stdout);
    const pid_t child = fork();
    if (child == 0) {
        _exit(measure_large(is_chain));
    }
    int status = 0;
    if (child < 0 || waitpid(child, &status, 0) != child || !WIFEXITED(status)) {
        printf("the audit of 1e7 parameters did not end well\n");
        return 1;
    }
    return WEXITSTATUS(status);
}

int main(void)
{
    int missed = compare_time(1000, 100000, 41, 1.3);
    missed += compare_time(100000, 8000, 5, 1.15);
    missed += compare_memory(1000000, 10000);
    missed += compare_large(0);
    missed += compare_large(1);
    printf("%d bars missed\n", missed);
    return missed > 0;
}
