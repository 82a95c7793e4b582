/*
 * Ways to misbehave in a child, and what the parent is told. Each body is what user code might do;
 * the parent must survive it, know how it ended, and get what was handed over before.
 */
#include "gradaudit/isolate.h"

#include <criterion/criterion.h>
#include <fcntl.h>
#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#if defined(__SANITIZE_ADDRESS__)
#define UNDER_ASAN 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define UNDER_ASAN 1
#endif
#endif
#ifndef UNDER_ASAN
#define UNDER_ASAN 0
#endif

static const char message[] = "what was found so far";

/* Hands something over, says what is running, then does what the test is about. */
static void begin(ga_child *child)
{
    (void)ga_child_send(child, message, sizeof message);
    ga_activity *const activity = ga_child_activity(child);
    strcpy(activity->loss, "mlp");
    strcpy(activity->variable, "W1");
    activity->loss_calls = 7;
    activity->element = 3;
    activity->probing = 1;
    activity->phase = GA_PHASE_LOSS;
}

typedef void deed(ga_child *child);

static void body(ga_child *child, void *arg)
{
    begin(child);
    (*(deed *const *)arg)(child);
}

static void run(deed *what, double seconds, ga_child_outcome *outcome)
{
    const ga_child_limits limits = {.seconds_per_call = seconds, .threads_are_harmless = 1};
    cr_assert_eq(ga_child_run(body, (void *)&what, &limits, outcome), GA_OK);
}

static int kept_message(const ga_child_outcome *outcome)
{
    return outcome->data && outcome->size == sizeof message &&
           memcmp(outcome->data, message, sizeof message) == 0;
}

/* The end is as expected, and what was handed over before has arrived. */
/* NOLINTNEXTLINE(readability-function-size): what the assertions expand to is counted */
static void expect_end(deed *what, double seconds, ga_child_end end, int number)
{
    ga_child_outcome outcome;
    run(what, seconds, &outcome);
    cr_expect_eq(outcome.end, end, "end %d, want %d (number %d)", (int)outcome.end, (int)end,
                 outcome.number);
    cr_expect_eq(outcome.number, number, "number %d, want %d", outcome.number, number);
    cr_expect(kept_message(&outcome), "what was sent before is lost");
    cr_expect_eq(outcome.activity.phase, GA_PHASE_LOSS);
    cr_expect_eq(outcome.activity.loss_calls, 7);
    cr_expect_eq(outcome.activity.element, 3);
    cr_expect_str_eq(outcome.activity.loss, "mlp");
    cr_expect_str_eq(outcome.activity.variable, "W1");
    ga_child_outcome_free(&outcome);
}

static void pause_for(double seconds)
{
    const struct timespec rest = {.tv_sec = (time_t)seconds,
                                  .tv_nsec = (long)(fmod(seconds, 1.0) * 1e9)};
    (void)nanosleep(&rest, NULL);
}

/* ---- Ends well ------------------------------------------------------------------------------- */

static void do_nothing(ga_child *child)
{
    (void)child;
}

Test(faults, returns)
{
    expect_end(do_nothing, 0.0, GA_CHILD_DONE, 0);
}

static void send_twice(ga_child *child)
{
    static char large[3000000];
    memset(large, 'x', sizeof large);
    (void)ga_child_send(child, large, sizeof large);
    (void)ga_child_send(child, "last", 5);
}

Test(faults, the_last_message_counts)
{
    ga_child_outcome outcome;
    run(send_twice, 0.0, &outcome);
    cr_expect_eq(outcome.end, GA_CHILD_DONE);
    cr_assert(outcome.data && outcome.size == 5);
    cr_expect_str_eq((const char *)outcome.data, "last");
    ga_child_outcome_free(&outcome);
}

static void say_nothing(ga_child *child, void *arg)
{
    (void)child;
    (void)arg;
}

Test(faults, may_send_nothing)
{
    ga_child_outcome outcome;
    const ga_child_limits limits = {.threads_are_harmless = 1};
    cr_assert_eq(ga_child_run(say_nothing, NULL, &limits, &outcome), GA_OK);
    cr_expect_eq(outcome.end, GA_CHILD_DONE);
    cr_expect_null(outcome.data);
    cr_expect_eq(outcome.size, 0);
    ga_child_outcome_free(&outcome);
}

/* Criterion itself keeps a second thread in each test. */
Test(faults, a_process_with_threads_is_not_forked_unasked)
{
    ga_child_outcome outcome;
    cr_expect_eq(ga_child_run(say_nothing, NULL, NULL, &outcome), GA_EBUSY);
    cr_expect_null(outcome.output);
}

/* ---- Dies ------------------------------------------------------------------------------------ */

static void write_to_page_zero(ga_child *child)
{
    (void)child;
    volatile int *volatile nowhere = (volatile int *)0x10;
    *nowhere = 1;
}

Test(faults, segmentation_fault)
{
    ga_child_outcome outcome;
    run(write_to_page_zero, 0.0, &outcome);
    cr_expect_eq(outcome.end, GA_CHILD_SIGNALED);
    cr_expect_eq(outcome.number, SIGSEGV, "signal %d", outcome.number);
    cr_expect(outcome.has_fault_address);
    cr_expect_eq(outcome.fault_address, 0x10);
    cr_expect(kept_message(&outcome));
    ga_child_outcome_free(&outcome);
}

static void raise_segv(ga_child *child)
{
    (void)child;
    (void)raise(SIGSEGV);
}

Test(faults, a_signal_that_was_sent_has_no_address)
{
    ga_child_outcome outcome;
    run(raise_segv, 0.0, &outcome);
    cr_expect_eq(outcome.end, GA_CHILD_SIGNALED);
    cr_expect_eq(outcome.number, SIGSEGV);
    cr_expect_not(outcome.has_fault_address);
    ga_child_outcome_free(&outcome);
}

static void call_abort(ga_child *child)
{
    (void)child;
    abort();
}

Test(faults, aborts)
{
    expect_end(call_abort, 0.0, GA_CHILD_SIGNALED, SIGABRT);
}

static void overflow_stack(ga_child *child)
{
    volatile char frame[4096];
    frame[1] = 1;
    if (ga_child_activity(child)->phase >= 0) { /* always, but the compiler cannot know */
        overflow_stack(child);
    }
    frame[0] = frame[1];
}

Test(faults, overflows_the_stack)
{
    ga_child_outcome outcome;
    run(overflow_stack, 0.0, &outcome);
    cr_expect_eq(outcome.end, GA_CHILD_SIGNALED);
    cr_expect_eq(outcome.number, SIGSEGV, "signal %d", outcome.number);
    cr_expect(outcome.has_fault_address);
    cr_expect(kept_message(&outcome));
    ga_child_outcome_free(&outcome);
}

static void exhaust_memory(ga_child *child)
{
    (void)child;
    const struct rlimit limit = {.rlim_cur = 64 << 20, .rlim_max = 64 << 20};
    (void)setrlimit(RLIMIT_DATA, &limit);
    for (;;) {
        volatile char *const block = malloc(1 << 20); /* what people write: not looked at */
        *block = 1;
    }
}

/* AddressSanitizer ends the process by itself when the system refuses it memory. */
Test(faults, exhausts_memory, .disabled = UNDER_ASAN)
{
    expect_end(exhaust_memory, 20.0, GA_CHILD_SIGNALED, SIGSEGV);
}

/* ---- Leaves ---------------------------------------------------------------------------------- */

static void exit_three(ga_child *child)
{
    (void)child;
    exit(3);
}

static void exit_zero(ga_child *child)
{
    (void)child;
    exit(0);
}

static void exit_at_once(ga_child *child)
{
    (void)child;
    _exit(0);
}

static void exit_quickly(ga_child *child)
{
    (void)child;
    quick_exit(5);
}

Test(faults, exits_with_three)
{
    expect_end(exit_three, 0.0, GA_CHILD_EXITED, 3);
}

Test(faults, exits_with_zero_and_is_noticed)
{
    expect_end(exit_zero, 0.0, GA_CHILD_EXITED, 0);
}

Test(faults, exits_at_once_with_zero_and_is_noticed)
{
    expect_end(exit_at_once, 0.0, GA_CHILD_EXITED, 0);
}

Test(faults, exits_quickly)
{
    expect_end(exit_quickly, 0.0, GA_CHILD_EXITED, 5);
}

static int *parents_handler_ran;

static void note_handler(void)
{
    *parents_handler_ran = 1;
}

Test(faults, exit_does_not_run_what_the_parent_registered)
{
    parents_handler_ran = mmap(NULL, sizeof *parents_handler_ran, PROT_READ | PROT_WRITE,
                               MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    cr_assert_neq((void *)parents_handler_ran, MAP_FAILED);
    cr_assert_eq(atexit(note_handler), 0);
    expect_end(exit_three, 0.0, GA_CHILD_EXITED, 3);
    cr_expect_eq(*parents_handler_ran, 0);
}

/* ---- Does not come back ---------------------------------------------------------------------- */

static void loop_for_ever(ga_child *child)
{
    while (ga_child_activity(child)->phase >= 0) {
    }
}

Test(faults, loops_for_ever)
{
    expect_end(loop_for_ever, 0.2, GA_CHILD_TIMEOUT, SIGKILL);
}

static void sleep_deaf(ga_child *child)
{
    (void)child;
    sigset_t all;
    (void)sigfillset(&all);
    (void)sigprocmask(SIG_SETMASK, &all, NULL);
    pause_for(3600.0);
}

Test(faults, sleeps_with_all_signals_blocked)
{
    expect_end(sleep_deaf, 0.2, GA_CHILD_TIMEOUT, SIGKILL);
}

static void stop_itself(ga_child *child)
{
    (void)child;
    (void)raise(SIGSTOP);
}

Test(faults, stops_itself)
{
    expect_end(stop_itself, 0.2, GA_CHILD_TIMEOUT, SIGKILL);
}

static void call_often(ga_child *child)
{
    for (int i = 0; i < 20; i++) {
        ga_child_activity(child)->loss_calls++;
        pause_for(0.02);
    }
}

Test(faults, the_limit_is_for_one_call_not_for_all)
{
    ga_child_outcome outcome;
    run(call_often, 0.2, &outcome);
    cr_expect_eq(outcome.end, GA_CHILD_DONE, "end %d", (int)outcome.end);
    ga_child_outcome_free(&outcome);
}

/* ---- Is asked to stop ------------------------------------------------------------------------ */

static volatile int stop_wish;

static void ask_to_stop(const ga_activity *activity, void *how)
{
    (void)activity;
    stop_wish = *(const int *)how;
}

static void wait_for_the_wish(ga_child *child)
{
    while (!ga_child_stopping(child)) {
        pause_for(0.01);
    }
    (void)ga_child_send(child, message, sizeof message);
}

static ga_child_end stop_child(deed *what, int how, double grace)
{
    stop_wish = 0;
    const ga_child_limits limits = {.stop = &stop_wish,
                                    .stop_grace = grace,
                                    .tick = ask_to_stop,
                                    .tick_arg = &how,
                                    .threads_are_harmless = 1};
    ga_child_outcome outcome;
    cr_assert_eq(ga_child_run(body, (void *)&what, &limits, &outcome), GA_OK);
    cr_expect(kept_message(&outcome));
    const ga_child_end end = outcome.end;
    ga_child_outcome_free(&outcome);
    return end;
}

Test(faults, a_child_that_stops_when_asked_is_done)
{
    cr_expect_eq(stop_child(wait_for_the_wish, 1, 30.0), GA_CHILD_DONE);
}

Test(faults, a_child_that_does_not_stop_is_killed)
{
    cr_expect_eq(stop_child(loop_for_ever, 1, 0.1), GA_CHILD_STOPPED);
    cr_expect_eq(stop_child(loop_for_ever, 2, 3600.0), GA_CHILD_STOPPED);
}

/* ---- Prints, forks, closes, scribbles -------------------------------------------------------- */

static void print_a_line(ga_child *child)
{
    (void)child;
    printf("so far");
    fprintf(stderr, ", so good\n");
    printf(" %c[31m\xff\n", 27);
    (void)fflush(stdout);
    abort();
}

Test(faults, what_it_printed_is_kept_and_harmless)
{
    ga_child_outcome outcome;
    run(print_a_line, 0.0, &outcome);
    cr_expect_eq(outcome.end, GA_CHILD_SIGNALED);
    cr_assert_not_null(outcome.output);
    cr_expect_not_null(strstr(outcome.output, "so far"));
    cr_expect_not_null(strstr(outcome.output, ", so good"));
    cr_expect_not_null(strstr(outcome.output, "?[31m?"), "'%s'", outcome.output);
    cr_expect_eq(outcome.output_size, strlen(outcome.output));
    ga_child_outcome_free(&outcome);
}

static void print_much(ga_child *child)
{
    (void)child;
    char line[1000];
    memset(line, 'x', sizeof line);
    line[sizeof line - 1] = '\n';
    for (int i = 0; i < 10000; i++) {
        (void)fwrite(line, 1, sizeof line, stdout);
    }
}

Test(faults, prints_ten_megabytes)
{
    ga_child_outcome outcome;
    run(print_much, 20.0, &outcome);
    cr_expect_eq(outcome.end, GA_CHILD_DONE);
    cr_expect_eq(outcome.output_size, 10000000, "%zu bytes", outcome.output_size);
    cr_assert_not_null(outcome.output);
    cr_expect_eq(strlen(outcome.output), 1 << 16);
    cr_expect(kept_message(&outcome));
    ga_child_outcome_free(&outcome);
}

static void read_input(ga_child *child)
{
    const int letter = getchar();
    (void)ga_child_send(child, &letter, sizeof letter);
}

Test(faults, its_standard_input_is_empty)
{
    ga_child_outcome outcome;
    run(read_input, 5.0, &outcome);
    cr_expect_eq(outcome.end, GA_CHILD_DONE);
    int letter = 0;
    cr_assert(outcome.data && outcome.size == sizeof letter);
    memcpy(&letter, outcome.data, sizeof letter);
    cr_expect_eq(letter, EOF);
    ga_child_outcome_free(&outcome);
}

/* Both go on with the audit, as after a fork() in a loss; the copy must not be heard. */
static void fork_and_go_on(ga_child *child)
{
    const pid_t own = getpid();
    (void)fork();
    if (getpid() != own) {
        (void)ga_child_send(child, "copy", 5);
        pause_for(3600.0);
    }
    pause_for(0.1);
}

Test(faults, a_fork_of_it_is_not_heard)
{
    expect_end(fork_and_go_on, 0.0, GA_CHILD_DONE, 0);
}

static void leave_a_grandchild(ga_child *child)
{
    const pid_t grandchild = fork();
    if (grandchild == 0) {
        pause_for(3600.0);
        _exit(0);
    }
    (void)ga_child_send(child, &grandchild, sizeof grandchild);
}

Test(faults, whoever_it_leaves_behind_is_killed)
{
    ga_child_outcome outcome;
    run(leave_a_grandchild, 0.0, &outcome); /* does not wait for the grandchild's end of the pipe */
    cr_expect_eq(outcome.end, GA_CHILD_DONE);
    pid_t grandchild = 0;
    cr_assert(outcome.data && outcome.size == sizeof grandchild);
    memcpy(&grandchild, outcome.data, sizeof grandchild);
    cr_assert_gt(grandchild, 0);

    char path[64];
    (void)snprintf(path, sizeof path, "/proc/%ld/stat", (long)grandchild);
    char state = 'R'; /* gone, or dead and not yet reaped by whoever inherited it */
    for (int i = 0; i < 500 && state != 'Z' && state != 0; i++) {
        FILE *const stat = fopen(path, "r");
        state = 0;
        if (stat) {
            (void)fscanf(stat, "%*d %*s %c", &state);
            (void)fclose(stat);
        }
        if (state != 'Z' && state != 0) {
            pause_for(0.01);
        }
    }
    cr_expect(state == 'Z' || state == 0, "state %c", state);
    ga_child_outcome_free(&outcome);
}

static void close_everything(ga_child *child)
{
    for (int file = 0; file < 1024; file++) {
        (void)close(file);
    }
    (void)ga_child_send(child, message, sizeof message);
}

Test(faults, closes_all_descriptors)
{
    expect_end(close_everything, 5.0, GA_CHILD_DONE, 0);
}

static void scribble(ga_child *child)
{
    memset(ga_child_activity(child), 0xff, sizeof(ga_activity));
}

Test(faults, scribbles_on_the_activity_page)
{
    ga_child_outcome outcome;
    run(scribble, 5.0, &outcome);
    cr_expect_eq(outcome.end, GA_CHILD_DONE);
    cr_expect(kept_message(&outcome));
    cr_expect_eq(outcome.activity.phase, GA_PHASE_NONE);
    cr_expect_eq(outcome.activity.probing, 1);
    cr_expect_eq(strlen(outcome.activity.loss), sizeof outcome.activity.loss - 1);
    cr_expect_eq(outcome.activity.loss[0], '?');
    cr_expect_eq(strlen(outcome.activity.variable), sizeof outcome.activity.variable - 1);
    ga_child_outcome_free(&outcome);
}

static void change_handlers(ga_child *child)
{
    (void)child;
    (void)setsid(); /* fails or not: it may be the leader of its group already */
    (void)signal(SIGSEGV, SIG_DFL);
    (void)raise(SIGSEGV);
}

Test(faults, its_own_handlers_are_its_own)
{
    expect_end(change_handlers, 5.0, GA_CHILD_SIGNALED, SIGSEGV);
}

static void report_core_limit(ga_child *child)
{
    struct rlimit limit = {.rlim_cur = 1, .rlim_max = 1};
    (void)getrlimit(RLIMIT_CORE, &limit);
    const int group = getpgrp() == getpid();
    const int values[2] = {(int)limit.rlim_cur, group};
    (void)ga_child_send(child, values, sizeof values);
}

Test(faults, leaves_no_core_and_leads_its_own_group)
{
    ga_child_outcome outcome;
    run(report_core_limit, 5.0, &outcome);
    int values[2] = {1, 0};
    cr_assert(outcome.data && outcome.size == sizeof values);
    memcpy(values, outcome.data, sizeof values);
    cr_expect_eq(values[0], 0);
    cr_expect_eq(values[1], 1);
    ga_child_outcome_free(&outcome);
}

Test(faults, no_descriptor_is_left_open)
{
    ga_child_outcome outcome;
    run(do_nothing, 0.0, &outcome);
    ga_child_outcome_free(&outcome);
    const int before = open("/dev/null", O_RDONLY);
    (void)close(before);
    for (int i = 0; i < 5; i++) {
        run(i % 2 ? call_abort : close_everything, 5.0, &outcome);
        ga_child_outcome_free(&outcome);
    }
    const int after = open("/dev/null", O_RDONLY);
    (void)close(after);
    cr_expect_eq(after, before);
}
