/*
 * Many evaluations at the same time: the same finds however many workers there are, and a parent
 * that neither the end nor the misdeeds of a worker can harm.
 *
 * Each run happens in a child of its own with one thread (a test has two, and is not copied); what
 * it found comes back as bytes. What really happened, in whichever process, is counted in `real`.
 */
#include "crew.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <math.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum {
    ELEMENTS = 16,
    TASKS = 400,
    MOST_PLACES = 64
};

typedef struct world {
    atomic_size_t calls;                /* of the loss */
    atomic_int places[MOST_PLACES];     /* threads that worked on tasks, the main one apart */
    atomic_int handler_ran, strays, go; /* see the tests */
    atomic_size_t progress_calls, progress_last;
    atomic_int progress_went_back;
} world;

static world *real;

static void open_world(void)
{
    real = mmap(NULL, sizeof *real, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    cr_assert_neq((void *)real, MAP_FAILED);
}

static void close_world(void)
{
    (void)munmap(real, sizeof *real);
}

TestSuite(crew, .init = open_world, .fini = close_world, .timeout = 60);

/* ---- What refuses on purpose ----------------------------------------------------------------- */

pid_t __real_fork(void);
pid_t __wrap_fork(void);
void *__real_mmap(void *at, size_t size, int access, int flags, int file, off_t offset);
void *__wrap_mmap(void *at, size_t size, int access, int flags, int file, off_t offset);
void *__wrap_mmap64(void *at, size_t size, int access, int flags, int file, off_t offset);
int __real_pthread_create(pthread_t *thread, const pthread_attr_t *attributes,
                          void *(*function)(void *), void *argument);
int __wrap_pthread_create(pthread_t *thread, const pthread_attr_t *attributes,
                          void *(*function)(void *), void *argument);

static int forks_granted = -1; /* negative: all */
static int threads_granted = -1;
static int maps_granted = -1;

static int refuses(int *granted)
{
    return *granted == 0 || (*granted > 0 && (*granted)-- == 0);
}

pid_t __wrap_fork(void)
{
    if (refuses(&forks_granted)) {
        errno = EAGAIN;
        return -1;
    }
    return __real_fork();
}

void *__wrap_mmap(void *at, size_t size, int access, int flags, int file, off_t offset)
{
    if (refuses(&maps_granted)) {
        errno = ENOMEM;
        return MAP_FAILED;
    }
    return __real_mmap(at, size, access, flags, file, offset);
}

void *__wrap_mmap64(void *at, size_t size, int access, int flags, int file, off_t offset)
{
    return __wrap_mmap(at, size, access, flags, file, offset);
}

int __wrap_pthread_create(pthread_t *thread, const pthread_attr_t *attributes,
                          void *(*function)(void *), void *argument)
{
    return refuses(&threads_granted)
               ? EAGAIN
               : __real_pthread_create(thread, attributes, function, argument);
}

/* ---- A job ----------------------------------------------------------------------------------- */

typedef void deed(void);
static const size_t EVERY = SIZE_MAX;

typedef struct setting {
    int workers, by_threads;
    size_t tasks;
    double seconds_per_task; /* as it is told */
    double pause;            /* that each loss takes */
    size_t max_evaluations;
    size_t told; /* that a task takes at most; 0: the truth */
    double max_seconds;
    ga_progress_fn *progress;
    deed *what; /* done in the loss of task `at`, or of EVERY one */
    size_t at;
    int only_in_workers;
    int may_be_alone;         /* a worker does not wait for a second one */
    int forks, threads, maps; /* so many are granted, plus 1; 0: all */
    void (*before)(void);     /* run before and after the crew */
    void (*after)(void);
} setting;

typedef struct find {
    double above, below, far;
    size_t task;
} find;

typedef struct report {
    size_t done, evaluations, loss_calls;
    int spent, stopped, is_alone;    /* is_alone: no child was left behind */
    int untouched;                   /* the parameters hold what they held */
    size_t surprises, surprise_call; /* attempts to register a variable, and the first one's call */
    find finds[TASKS];
} report;

static const setting *now; /* in this process */
static ga_activity *page;  /* of the child, or NULL */
static ga_problem *the_problem;
static pid_t main_place;
static _Thread_local size_t doing;

static pid_t place(void)
{
    return gettid();
}

static void note_place(void)
{
    const int self = place();
    if (self == main_place) {
        return;
    }
    for (int i = 0; i < MOST_PLACES; i++) {
        int none = 0;
        if (atomic_load(&real->places[i]) == self ||
            atomic_compare_exchange_strong(&real->places[i], &none, self)) {
            return;
        }
    }
}

static int count_places(void)
{
    int count = 0;
    while (count < MOST_PLACES && atomic_load(&real->places[count]) != 0) {
        count++;
    }
    return count;
}

static void pause_for(double seconds)
{
    const struct timespec rest = {.tv_sec = (time_t)seconds,
                                  .tv_nsec = (long)(fmod(seconds, 1.0) * 1e9)};
    (void)nanosleep(&rest, NULL);
}

/* Else the first worker may have done it all before the second one starts. */
static void meet(void)
{
    static _Thread_local int has_met;
    for (int i = 0; i < 1000 && !now->may_be_alone && !has_met && place() != main_place; i++) {
        has_met = count_places() > 1;
        if (!has_met) {
            pause_for(0.001);
        }
    }
    has_met = 1;
}

static double loss(const double *x, size_t n, void *user)
{
    (void)user;
    (void)atomic_fetch_add(&real->calls, 1);
    if (now->what && (doing == now->at || now->at == EVERY) &&
        !(now->only_in_workers && place() == main_place)) {
        now->what();
    }
    if (now->pause > 0.0) {
        pause_for(now->pause);
    }
    double sum = 0.0;
    for (size_t k = 0; k < 20; k++) { /* some microseconds */
        for (size_t i = 0; i < n; i++) {
            sum += sin(x[i] + (double)k) * (double)(i + 1);
        }
    }
    return sum;
}

static int gradient(const double *x, size_t n, double *g, void *user)
{
    (void)user;
    for (size_t i = 0; i < n; i++) {
        g[i] = cos(x[i]) * (double)(i + 1);
    }
    return 0;
}

/* Takes 2 or 3 evaluations, as elements take now more and now less. */
static void task(void *context, size_t k, void *slot)
{
    ga_evaluator *const evaluator = context;
    const size_t i = k % ELEMENTS;
    const ga_block *const block = &evaluator->problem->blocks[0];
    const double x = ga_block_get(block, i);
    const double h = 1e-3 * (double)(1 + k / ELEMENTS);
    find *const at = slot;
    note_place();
    meet();
    doing = k;
    ga_evaluator_probing(evaluator, block, i);
    at->task = k;
    at->above = ga_evaluate_element(evaluator, 0, i, x + h);
    at->below = ga_evaluate_element(evaluator, 0, i, x - h);
    if (k % 3 == 0) {
        at->far = ga_evaluate_element(evaluator, 0, i, x + 2.0 * h);
    }
    ga_evaluator_probing(evaluator, NULL, 0);
}

static ga_evaluator *new_evaluator(void)
{
    double x[ELEMENTS];
    for (int i = 0; i < ELEMENTS; i++) {
        x[i] = 0.1 * (i + 1);
    }
    ga_problem *problem = NULL;
    ga_problem_flat(&(ga_flat){.name = "wave",
                               .n = ELEMENTS,
                               .x = x,
                               .loss = loss,
                               .grad = gradient,
                               .thread_safe = now->by_threads},
                    &problem);
    ga_problem_watch(problem, page);
    the_problem = problem;
    ga_evaluator *const evaluator = calloc(1, sizeof *evaluator);
    const ga_options options = {.max_evaluations = now->max_evaluations,
                                .max_seconds = now->max_seconds,
                                .progress = now->progress};
    if (!evaluator || ga_problem_seal(problem) != GA_OK ||
        ga_evaluator_begin(evaluator, problem, &options) != GA_OK) {
        abort();
    }
    return evaluator;
}

static void free_evaluator(ga_evaluator *evaluator)
{
    ga_problem *const problem = evaluator->problem;
    ga_evaluator_end(evaluator);
    ga_problem_free(problem);
    free(evaluator);
}

static void *clone_evaluator(void *context, ga_evaluator **evaluator)
{
    (void)context;
    *evaluator = new_evaluator();
    return *evaluator;
}

static void discard_evaluator(void *clone)
{
    free_evaluator(clone);
}

/* ---- A run ----------------------------------------------------------------------------------- */

static jmp_buf way_out;

static void work(ga_evaluator *evaluator, report *out)
{
    find *const finds = calloc(now->tasks, sizeof *finds);
    if (!finds) {
        abort();
    }
    const ga_job job = {
        .count = now->tasks,
        .task = task,
        .context = evaluator,
        .slots = finds,
        .slot_size = sizeof *finds,
        .seconds_per_task = now->seconds_per_task,
        .evaluations_per_task = now->told ? now->told : 3,
        .clone = clone_evaluator,
        .discard = discard_evaluator,
    };
    evaluator->workers = now->workers;
    forks_granted = now->forks - 1;
    threads_granted = now->threads - 1;
    maps_granted = now->maps - 1;
    out->done = ga_crew_run(evaluator, &job);
    forks_granted = threads_granted = maps_granted = -1;
    out->evaluations = evaluator->evaluations;
    out->loss_calls = (size_t)evaluator->problem->loss_calls;
    if (evaluator->problem->intrusion_count > 0) {
        out->surprises = evaluator->problem->intrusions[0].times;
        out->surprise_call = (size_t)evaluator->problem->intrusions[0].loss_call;
    }
    out->spent = evaluator->spent;
    out->stopped = evaluator->stopped;
    memcpy(out->finds, finds, out->done * sizeof *finds);
    free(finds);
}

static void run_here(report *out)
{
    *out = (report){.done = 0};
    main_place = place();
    ga_evaluator *const evaluator = new_evaluator();
    if (now->before) {
        now->before();
    }
    work(evaluator, out);
    if (now->after) {
        now->after();
    }
    size_t block = 0;
    size_t index = 0;
    out->untouched = !ga_bits_differ(evaluator, evaluator->point, &block, &index);
    free_evaluator(evaluator);
    out->is_alone = waitpid(-1, NULL, WNOHANG) < 0 && errno == ECHILD;
}

static void body(ga_child *child, void *arg)
{
    now = arg;
    page = ga_child_activity(child);
    static report found;
    if (setjmp(way_out) != 0) {
        (void)atomic_fetch_add(&real->strays, 1);
        ga_problem *another = NULL;
        ga_problem_new("another", &another); /* a stray copy does not get past this */
        (void)atomic_fetch_add(&real->strays, 1000);
        return;
    }
    run_here(&found);
    (void)ga_child_send(child, &found, sizeof found);
}

static void run(setting what, double seconds_per_call, ga_child_outcome *outcome)
{
    const ga_child_limits limits = {.seconds_per_call = seconds_per_call,
                                    .threads_are_harmless = 1};
    for (int i = 0; i < MOST_PLACES; i++) {
        atomic_store(&real->places[i], 0);
    }
    atomic_store(&real->calls, 0);
    cr_assert_eq(ga_child_run(body, &what, &limits, outcome), GA_OK);
}

/* A run that ends well, and leaves nothing behind. */
static report *report_of(setting what)
{
    ga_child_outcome outcome;
    run(what, 0.0, &outcome);
    cr_assert_eq(outcome.end, GA_CHILD_DONE, "end %d, number %d: %s", (int)outcome.end,
                 outcome.number, outcome.output);
    cr_assert_eq(outcome.size, sizeof(report));
    report *const found = (report *)(void *)outcome.data;
    outcome.data = NULL;
    ga_child_outcome_free(&outcome);
    cr_expect(found->is_alone, "a child was left behind");
    cr_expect(found->untouched);
    return found;
}

static report *serial_report(setting what)
{
    what.workers = 1;
    what.what = NULL;
    return report_of(what);
}

/* The same as without workers and misdeeds, to the bit. */
static void expect_same(setting what)
{
    report *const want = serial_report(what);
    report *const got = report_of(what);
    cr_expect_eq(got->done, want->done, "%d workers: %zu done, want %zu", what.workers, got->done,
                 want->done);
    cr_expect_eq(got->evaluations, want->evaluations, "%zu, want %zu", got->evaluations,
                 want->evaluations);
    cr_expect_eq(got->loss_calls, want->loss_calls);
    cr_expect_eq(got->spent, want->spent);
    cr_expect(memcmp(got->finds, want->finds, sizeof got->finds) == 0, "%d workers", what.workers);
    free(got);
    free(want);
}

static const setting plain = {.workers = 2, .tasks = TASKS, .seconds_per_task = 1e-3};

/* ---- The same finds -------------------------------------------------------------------------- */

Test(crew, any_number_of_workers_finds_the_same)
{
    static const int workers[] = {0, 1, 2, 3, 8, 1000};
    for (size_t i = 0; i < sizeof workers / sizeof *workers; i++) {
        setting what = plain;
        what.workers = workers[i];
        expect_same(what);
        /* those that were forked last may find nothing left to do */
        const int places = count_places();
        cr_expect(workers[i] <= 1 ? places == 0 : places >= 2 && places <= workers[i], "%d places",
                  places);
    }
}

Test(crew, tiny_tasks_are_taken_in_chunks)
{
    setting what = plain;
    what.seconds_per_task = 8e-6;
    expect_same(what);
    cr_expect_eq(atomic_load(&real->calls), 2 * TASKS + (TASKS + 2) / 3);
    for (size_t tasks = 0; tasks < 20; tasks++) {
        what.tasks = tasks;
        what.seconds_per_task = 1.0;
        expect_same(what);
    }
}

Test(crew, what_does_not_pay_stays_here)
{
    setting what = plain;
    what.seconds_per_task = 1e-7;
    expect_same(what);
    cr_expect_eq(count_places(), 0);
    what.seconds_per_task = 0.0; /* not known */
    expect_same(what);
    cr_expect_eq(count_places(), 0);
}

/* The test framework keeps a second thread. */
Test(crew, a_process_with_threads_is_not_copied)
{
    static report found;
    now = &plain;
    run_here(&found);
    cr_expect_eq(found.done, TASKS);
    cr_expect_eq(count_places(), 0);
}

Test(crew, a_system_that_refuses_is_no_obstacle)
{
    setting what = plain;
    what.may_be_alone = 1;
    for (int granted = 0; granted <= 1; granted++) {
        what.forks = granted + 1;
        expect_same(what);
        cr_expect_eq(count_places(), granted);
    }
    what.forks = 0;
    what.maps = 1;
    expect_same(what);
    cr_expect_eq(count_places(), 0);
}

/* ---- Budgets --------------------------------------------------------------------------------- */

Test(crew, a_budget_of_evaluations_is_kept_to_the_last)
{
    setting what = plain;
    for (what.workers = 2; what.workers <= 3; what.workers++) {
        for (size_t most = 1; most < 1000; most = most < 40 ? most + 1 : most * 3 / 2) {
            what.max_evaluations = most;
            expect_same(what);
            cr_expect_leq(atomic_load(&real->calls), most);
        }
    }
    what.max_evaluations = 500;
    expect_same(what);
    cr_expect_gt(count_places(), 1);
}

/* A task that takes more than was said is not counted on to fit. */
Test(crew, a_budget_is_kept_also_when_tasks_take_more_than_they_said)
{
    setting what = plain;
    what.told = 2;
    for (what.max_evaluations = 1; what.max_evaluations < 1000; what.max_evaluations += 83) {
        expect_same(what);
    }
}

static report *timed_report(setting what, double least, double most)
{
    const double began = ga_clock();
    report *const found = report_of(what);
    const double took = ga_clock() - began;
    cr_expect(took >= least && took < most, "took %g s", took);
    cr_expect(found->spent);
    cr_expect_lt(found->done, what.tasks);
    return found;
}

static void expect_prefix(const report *found)
{
    report *const want = serial_report(plain);
    cr_expect(memcmp(found->finds, want->finds, found->done * sizeof *found->finds) == 0);
    free(want);
}

Test(crew, a_deadline_ends_it_in_time)
{
    setting what = plain;
    what.pause = 0.02;
    size_t in_vain = 0; /* calls of tasks that were not done whole, or after such a one */
    for (what.max_seconds = 0.3; what.max_seconds < 0.4; what.max_seconds += 0.03) {
        report *const found = timed_report(what, what.max_seconds, what.max_seconds + 0.4);
        const size_t calls = atomic_load(&real->calls);
        cr_expect_gt(found->done, 5, "%zu", found->done);
        cr_expect_gt(count_places(), 1);
        cr_expect_eq(found->evaluations, calls, "%zu of %zu", found->evaluations, calls);
        in_vain += calls - (2 * found->done + (found->done + 2) / 3);
        expect_prefix(found);
        free(found);
    }
    cr_expect_gt(in_vain, 0);
}

/* The first call of all may be a slow one. */
Test(crew, a_deadline_ends_it_in_time_without_workers_too)
{
    setting what = plain;
    what.workers = 1;
    what.pause = 0.03;
    what.max_seconds = 0.3;
    report *const found = timed_report(what, 0.3, 0.7);
    expect_prefix(found);
    free(found);
}

static void sleep_deaf(void)
{
    sigset_t all;
    (void)sigfillset(&all);
    (void)sigprocmask(SIG_SETMASK, &all, NULL);
    pause_for(3600.0);
}

static int stop_after_fifty(const ga_progress *progress, void *user)
{
    (void)user;
    if (progress->evaluations < atomic_load(&real->progress_last)) {
        atomic_store(&real->progress_went_back, 1);
    }
    (void)atomic_fetch_add(&real->progress_calls, 1);
    atomic_store(&real->progress_last, progress->evaluations);
    return progress->evaluations >= 50;
}

Test(crew, progress_is_told_and_may_stop)
{
    setting what = plain;
    what.pause = 0.005;
    what.progress = stop_after_fifty;
    report *const found = timed_report(what, 0.0, 2.0);
    cr_expect(found->stopped);
    cr_expect_gt(found->done, 5);
    cr_expect_gt(count_places(), 1);
    cr_expect_gt(atomic_load(&real->progress_calls), 3);
    cr_expect_not(atomic_load(&real->progress_went_back));
    expect_prefix(found);
    free(found);
}

/* ---- Misdeeds in a worker -------------------------------------------------------------------- */

static void write_to_page_zero(void)
{
    volatile int *volatile nowhere = (volatile int *)0x10;
    *nowhere = 1;
}

static void call_abort(void)
{
    abort();
}

static void exit_three(void)
{
    exit(3);
}

static void exit_at_once(void)
{
    _exit(0);
}

static void exit_quickly(void)
{
    quick_exit(5);
}

static void leave_by_jump(void)
{
    longjmp(way_out, 1);
}

static void close_all(void)
{
    for (int i = 0; i < 256; i++) {
        (void)close(i);
    }
}

static void print_a_line(void)
{
    printf("a line\n");
}

static void fork_and_go_on(void)
{
    (void)fork();
}

static void fork_and_wait(void)
{
    const pid_t pid = fork();
    if (pid == 0) {
        _exit(4);
    }
    int status = 0;
    if (waitpid(pid, &status, 0) != pid || WEXITSTATUS(status) != 4) {
        abort();
    }
}

static void expect_harmless(deed *what)
{
    setting with = plain;
    with.what = what;
    with.only_in_workers = 1;
    for (with.at = 0; with.at < TASKS; with.at += 133) {
        expect_same(with);
    }
    with.seconds_per_task = 8e-6; /* in chunks */
    with.at = 3;
    expect_same(with);
}

Test(crew, what_a_worker_leaves_undone_is_done_here)
{
    expect_harmless(write_to_page_zero);
    expect_harmless(call_abort);
    expect_harmless(exit_three);
    expect_harmless(exit_at_once);
    expect_harmless(exit_quickly);
}

Test(crew, what_a_worker_does_to_itself_matters_to_nobody)
{
    expect_harmless(close_all);
    expect_harmless(print_a_line);
    expect_harmless(fork_and_go_on);
    expect_harmless(fork_and_wait);
}

/* The copy does not take tasks as if it were a third worker. */
Test(crew, a_copy_of_a_worker_leaves)
{
    setting what = plain;
    what.what = fork_and_go_on;
    what.only_in_workers = 1;
    what.pause = 0.001;
    free(report_of(what));
    cr_expect_eq(count_places(), 2, "%d", count_places());
}

Test(crew, a_worker_that_jumps_out_does_not_go_on_with_the_program)
{
    expect_harmless(leave_by_jump);
    cr_expect_gt(atomic_load(&real->strays), 0);
    cr_expect_lt(atomic_load(&real->strays), 1000, "one got through");
}

static void print_always(void)
{
    printf("line of task %zu\n", doing);
}

static void print_and_hang(void)
{
    print_always();
    sleep_deaf();
}

static void print_and_abort(void)
{
    print_always();
    abort();
}

static void expect_output(setting what, ga_child_end end, double seconds_per_call)
{
    ga_child_outcome one;
    ga_child_outcome two;
    what.workers = 1;
    run(what, seconds_per_call, &one);
    what.workers = 2;
    run(what, seconds_per_call, &two);
    cr_expect_eq(one.end, end);
    cr_expect_eq(two.end, end);
    cr_expect_gt(one.output_size, 0);
    cr_expect_str_eq(two.output, one.output);
    cr_expect_eq(two.output_size, one.output_size);
    cr_expect_gt(count_places(), 1);
    ga_child_outcome_free(&one);
    ga_child_outcome_free(&two);
}

Test(crew, what_workers_print_in_a_child_is_in_the_order_of_the_tasks)
{
    setting what = plain;
    what.what = print_always;
    what.at = EVERY;
    expect_output(what, GA_CHILD_DONE, 0.0);
    what.seconds_per_task = 8e-6;
    expect_output(what, GA_CHILD_DONE, 0.0);
    what.what = print_and_abort;
    what.at = 133;
    expect_output(what, GA_CHILD_SIGNALED, 0.0);
    what.seconds_per_task = 1e-3;
    expect_output(what, GA_CHILD_SIGNALED, 0.0);
}

Test(crew, the_last_words_of_a_worker_that_hangs_are_heard)
{
    setting what = plain;
    what.what = print_and_hang;
    what.at = TASKS - 1;
    expect_output(what, GA_CHILD_TIMEOUT, 2.0);
}

/* A user's own process: buffers are neither lost nor written twice. */
Test(crew, what_workers_print_comes_out_once)
{
    setting what = plain;
    what.what = print_always;
    what.at = 5;
    now = &what;
    static const char want[] = "before\nline of task 5\nline of task 5\nafter\n";
    char got[2 * sizeof want] = "";
    int ends[2];
    cr_assert_eq(pipe(ends), 0);
    (void)fflush(NULL);
    const pid_t pid = fork();
    if (pid == 0) {
        static report found;
        (void)dup2(ends[1], STDOUT_FILENO);
        printf("before\n");
        run_here(&found);
        printf("after\n");
        (void)fflush(stdout);
        _exit(count_places() > 1 ? 0 : 1);
    }
    (void)close(ends[1]);
    int status = 0;
    cr_expect(waitpid(pid, &status, 0) == pid && status == 0, "status %x", (unsigned)status);
    cr_expect_eq(read(ends[0], got, sizeof got - 1), (ssize_t)strlen(want));
    cr_expect_str_eq(got, want);
    (void)close(ends[0]);
}

/* What only the problem remembers must be done where it is remembered. */
static void register_variable(void)
{
    static double value;
    static double slope;
    (void)GA_TENSOR(the_problem, "late", &value, &slope, 1);
}

Test(crew, a_surprise_in_a_worker_is_one_here)
{
    setting what = plain;
    what.what = register_variable;
    what.at = 133;
    report *const want = report_of((setting){
        .workers = 1, .tasks = TASKS, .seconds_per_task = 1e-3, .what = what.what, .at = what.at});
    report *const got = report_of(what);
    cr_expect_eq(want->surprises, 2, "%zu", want->surprises);
    cr_expect_eq(got->surprises, 2, "%zu", got->surprises);
    cr_expect_eq(got->surprise_call, want->surprise_call);
    cr_expect(memcmp(got->finds, want->finds, sizeof got->finds) == 0);
    cr_expect_gt(count_places(), 1);
    free(want);
    free(got);
}

/* ---- A loss that dies wherever it is called -------------------------------------------------- */

static void expect_death(deed *what, ga_child_end end, int number)
{
    uint64_t calls[2] = {0, 0};
    for (int workers = 1; workers <= 2; workers++) {
        setting with = plain;
        with.workers = workers;
        with.what = what;
        with.at = 133;
        ga_child_outcome outcome;
        run(with, 0.0, &outcome);
        cr_expect_eq(outcome.end, end);
        cr_expect_eq(outcome.number, number, "number %d", outcome.number);
        cr_expect_eq(outcome.activity.phase, GA_PHASE_LOSS);
        cr_expect(outcome.activity.probing);
        cr_expect_str_eq(outcome.activity.variable, "x");
        cr_expect_eq(outcome.activity.element, with.at % ELEMENTS);
        cr_expect_eq(outcome.has_fault_address, what == write_to_page_zero);
        calls[workers - 1] = outcome.activity.loss_calls;
        ga_child_outcome_free(&outcome);
    }
    cr_expect_eq(calls[0], calls[1], "%d calls, with workers %d", (int)calls[0], (int)calls[1]);
}

Test(crew, a_loss_that_dies_is_seen_where_it_is_looked_for)
{
    expect_death(write_to_page_zero, GA_CHILD_SIGNALED, SIGSEGV);
    expect_death(call_abort, GA_CHILD_SIGNALED, SIGABRT);
    expect_death(exit_three, GA_CHILD_EXITED, 3);
    expect_death(exit_at_once, GA_CHILD_EXITED, 0);
}

/* All tasks would take 4 s. */
Test(crew, a_death_is_not_kept_waiting)
{
    setting what = plain;
    what.pause = 0.005;
    what.what = call_abort;
    what.at = 20;
    ga_child_outcome outcome;
    const double began = ga_clock();
    run(what, 0.0, &outcome);
    cr_expect_lt(ga_clock() - began, 1.5);
    cr_expect_eq(outcome.end, GA_CHILD_SIGNALED);
    ga_child_outcome_free(&outcome);
}

/* With an address in a worker, without one here. */
static void fault_or_raise(void)
{
    if (place() == main_place) {
        (void)raise(SIGSEGV);
    }
    write_to_page_zero();
}

Test(crew, the_address_of_a_fault_in_a_worker_is_not_that_of_the_child)
{
    setting what = plain;
    what.what = fault_or_raise;
    what.at = 133;
    ga_child_outcome outcome;
    run(what, 0.0, &outcome);
    cr_expect_eq(outcome.end, GA_CHILD_SIGNALED);
    cr_expect_eq(outcome.number, SIGSEGV);
    cr_expect_not(outcome.has_fault_address);
    ga_child_outcome_free(&outcome);
}

static void stop_itself(void)
{
    (void)raise(SIGSTOP);
}

/* The others have work for 2.5 s; the limit is 0.3 s. */
static void expect_hang(deed *what, double max_seconds)
{
    setting with = plain;
    with.max_seconds = max_seconds;
    with.pause = 0.005;
    with.what = what;
    with.at = 5;
    with.only_in_workers = 1;
    ga_child_outcome outcome;
    const double began = ga_clock();
    run(with, 0.3, &outcome);
    const double took = ga_clock() - began;
    cr_expect(took > 0.3 && took < 1.3, "took %g s", took);
    cr_expect_eq(outcome.end, GA_CHILD_TIMEOUT, "end %d", (int)outcome.end);
    cr_expect_eq(outcome.activity.phase, GA_PHASE_LOSS);
    cr_expect(outcome.activity.probing);
    cr_expect_str_eq(outcome.activity.variable, "x");
    cr_expect_eq(outcome.activity.element, with.at);
    ga_child_outcome_free(&outcome);
}

Test(crew, a_worker_that_hangs_is_seen_while_others_work)
{
    expect_hang(sleep_deaf, 0.0);
    expect_hang(stop_itself, 0.0);
}

Test(crew, the_end_of_the_budget_does_not_hide_a_hang)
{
    expect_hang(sleep_deaf, 0.15);
}

/* Calls of 0.02 s each, many at a time: none of them is too long. */
Test(crew, slow_calls_are_no_hang)
{
    setting what = plain;
    what.workers = 3;
    what.tasks = 60;
    what.pause = 0.02;
    ga_child_outcome outcome;
    run(what, 0.2, &outcome);
    cr_expect_eq(outcome.end, GA_CHILD_DONE, "end %d", (int)outcome.end);
    ga_child_outcome_free(&outcome);
}

/* No worker outlives the one that started it, also where nobody kills the whole group. */
static void kill_parent(void)
{
    pause_for(0.05);
    (void)kill(main_place, SIGKILL);
    pause_for(0.5);
    (void)atomic_fetch_add(&real->strays, 1);
}

Test(crew, workers_end_with_their_parent)
{
    setting what = plain;
    what.what = kill_parent;
    what.at = 3;
    now = &what;
    (void)fflush(NULL);
    const pid_t pid = fork();
    if (pid == 0) {
        static report found;
        run_here(&found);
        _exit(0);
    }
    int status = 0;
    cr_expect_eq(waitpid(pid, &status, 0), pid);
    cr_expect(WIFSIGNALED(status));
    pause_for(0.8);
    cr_expect_eq(atomic_load(&real->strays), 0);
}

/* ---- The user's own processes and handlers --------------------------------------------------- */

static void note_handler(void)
{
    (void)atomic_fetch_add(&real->handler_ran, 1);
}

static void register_handlers(void)
{
    if (atexit(note_handler) != 0 || at_quick_exit(note_handler) != 0) {
        abort();
    }
}

Test(crew, exit_in_a_worker_runs_nothing_of_the_program)
{
    setting what = plain;
    what.before = register_handlers;
    what.only_in_workers = 1;
    what.at = 100;
    what.what = exit_three;
    free(report_of(what));
    what.what = exit_quickly;
    free(report_of(what));
    cr_expect_eq(atomic_load(&real->handler_ran), 0);
}

static void reap_all(int number)
{
    (void)number;
    (void)atomic_fetch_add(&real->handler_ran, 1);
    while (waitpid(-1, NULL, WNOHANG) > 0) {
    }
}

static void handle_children(void)
{
    const struct sigaction action = {.sa_handler = reap_all};
    (void)sigaction(SIGCHLD, &action, NULL);
}

Test(crew, a_handler_for_children_does_not_hear_of_workers)
{
    setting what = plain;
    what.before = handle_children;
    expect_same(what);
    cr_expect_gt(count_places(), 1);
    cr_expect_eq(atomic_load(&real->handler_ran), 0);
}

static void ignore_children(void)
{
    (void)signal(SIGCHLD, SIG_IGN);
}

Test(crew, ignored_children_are_collected_all_the_same)
{
    setting what = plain;
    what.before = ignore_children;
    expect_same(what);
    what.what = call_abort;
    what.at = 9;
    what.only_in_workers = 1;
    expect_same(what);
}

static void start_child(void)
{
    handle_children();
    if (fork() == 0) {
        while (!atomic_load(&real->go)) {
            pause_for(0.001);
        }
        _exit(0);
    }
}

static void let_it_go(void)
{
    atomic_store(&real->go, 1);
    pause_for(0.05);
}

/* One that ends meanwhile is heard of. */
Test(crew, a_child_of_the_user_is_not_ours)
{
    setting what = plain;
    what.before = start_child;
    what.what = let_it_go;
    what.at = 50;
    what.only_in_workers = 1;
    free(report_of(what));
    cr_expect_gt(count_places(), 1);
    cr_expect_eq(atomic_load(&real->handler_ran), 1, "%d", atomic_load(&real->handler_ran));
}

static void expect_no_signals_blocked(void)
{
    sigset_t blocked;
    (void)sigprocmask(SIG_SETMASK, NULL, &blocked);
    (void)atomic_fetch_add(&real->strays, !sigisemptyset(&blocked));
}

Test(crew, signals_are_as_they_were)
{
    setting what = plain;
    what.what = expect_no_signals_blocked;
    what.after = expect_no_signals_blocked;
    what.at = EVERY;
    expect_same(what);
    cr_expect_gt(count_places(), 1);
    cr_expect_eq(atomic_load(&real->strays), 0);
}

/* ---- Threads --------------------------------------------------------------------------------- */

static setting threaded(void)
{
    setting what = plain;
    what.by_threads = 1;
    return what;
}

Test(crew, threads_find_the_same)
{
    setting what = threaded();
    for (what.workers = 1; what.workers <= 8; what.workers *= 2) {
        expect_same(what);
        cr_expect(what.workers == 1 ? count_places() == 0 : count_places() >= 2);
    }
    what.seconds_per_task = 8e-6;
    expect_same(what);
}

Test(crew, threads_do_with_threads_beside_them)
{
    static report found;
    const setting what = threaded();
    now = &what;
    run_here(&found);
    cr_expect_eq(found.done, TASKS);
    cr_expect_gt(count_places(), 1);
}

Test(crew, threads_keep_to_budgets)
{
    setting what = threaded();
    for (size_t most = 1; most < 1000; most = most < 20 ? most + 1 : most * 3 / 2) {
        what.max_evaluations = most;
        expect_same(what);
        cr_expect_leq(atomic_load(&real->calls), most);
    }
    what.max_evaluations = 0;
    what.pause = 0.02;
    what.max_seconds = 0.4;
    report *const found = timed_report(what, 0.4, 0.9);
    cr_expect_gt(found->done, 5);
    expect_prefix(found);
    free(found);
}

static void end_thread(void)
{
    pthread_exit(NULL);
}

Test(crew, a_thread_that_ends_leaves_its_task_to_us)
{
    setting what = threaded();
    what.what = end_thread;
    what.only_in_workers = 1;
    for (what.at = 0; what.at < TASKS; what.at += 133) {
        expect_same(what);
    }
}

Test(crew, threads_that_cannot_be_had_are_no_obstacle)
{
    setting what = threaded();
    what.may_be_alone = 1;
    for (int granted = 0; granted <= 1; granted++) {
        what.threads = granted + 1;
        expect_same(what);
        cr_expect_eq(count_places(), granted);
    }
}
