/*
 * The parent's end of a child: fork it, keep the head of what it prints, watch that it goes on,
 * and say how it ended.
 */
#include "child.h"

#include "evaluator.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/pidfd.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
    OUTPUT_KEPT = 1 << 16,   /* bytes of what is printed */
    DRAIN_AT_ONCE = 1 << 20, /* bytes read before the clock is looked at again */
    GLANCE = 100,            /* milliseconds between looks at the child's activity */
    GLANCE_BLIND = 5         /* likewise where the kernel cannot tell us of its end */
};
static const double tick_seconds = 0.2;
static const double patience_outside_calls = 10.0; /* times the limit of a user call */

typedef struct watcher {
    pid_t pid;
    int pipe, pidfd; /* -1: none (any more) */
    ga_shared *shared;
    const ga_child_limits *limits;
    ga_child_outcome *outcome;
    ga_activity seen;              /* when something last changed */
    double changed, ticked, asked; /* times; asked is NAN until the child was asked to stop */
    ga_child_end killed;           /* why we killed it; GA_CHILD_DONE: we did not */
} watcher;

/* ---- Untrusted text -------------------------------------------------------------------------- */

/* Length of the UTF-8 sequence that text begins with, of at most `size` bytes; 0: none. */
static size_t sequence_length(const unsigned char *text, size_t size)
{
    const unsigned first = text[0];
    const size_t length = first < 0x80   ? 1
                          : first < 0xc2 ? 0
                          : first < 0xe0 ? 2
                          : first < 0xf0 ? 3
                          : first < 0xf5 ? 4
                                         : 0;
    if (length > size) {
        return 0;
    }
    for (size_t i = 1; i < length; i++) {
        if ((text[i] & 0xc0) != 0x80) {
            return 0;
        }
    }
    /* second controls, overlong forms, surrogates, and what lies beyond U+10FFFF */
    if ((first == 0xc2 && text[1] < 0xa0) || (first == 0xe0 && text[1] < 0xa0) ||
        (first == 0xed && text[1] > 0x9f) || (first == 0xf0 && text[1] < 0x90) ||
        (first == 0xf4 && text[1] > 0x8f)) {
        return 0;
    }
    return length;
}

/* Leaves valid UTF-8 without control characters other than tabs and line ends. */
static void clean(char *text, size_t size)
{
    unsigned char *const bytes = (unsigned char *)text;
    for (size_t i = 0; i < size;) {
        const size_t length = sequence_length(bytes + i, size - i);
        const int control =
            length == 1 && (bytes[i] < 0x20 || bytes[i] == 0x7f) && !strchr("\t\n", bytes[i]);
        if (length == 0 || control || bytes[i] == '\0') {
            bytes[i] = '?';
        }
        i += length > 0 ? length : 1;
    }
}

static void clean_name(char *name, size_t size)
{
    name[size - 1] = '\0';
    clean(name, strlen(name));
}

/* A copy in which every field makes sense. */
static void read_activity(const ga_shared *shared, ga_activity *out)
{
    memcpy(out, (const void *)&shared->activity, sizeof *out);
    if (out->phase < GA_PHASE_NONE || out->phase > GA_PHASE_FREE) {
        out->phase = GA_PHASE_NONE;
    }
    out->probing = out->probing != 0;
    clean_name(out->plan, sizeof out->plan);
    clean_name(out->loss, sizeof out->loss);
    clean_name(out->variable, sizeof out->variable);
}

/* ---- While it lives -------------------------------------------------------------------------- */

/* Reads what the child has printed, as far as it is there, and keeps its head. */
static void drain(watcher *w)
{
    char buffer[1 << 14];
    ga_child_outcome *const outcome = w->outcome;
    for (size_t total = 0; w->pipe >= 0 && total < DRAIN_AT_ONCE;) {
        const ssize_t got = read(w->pipe, buffer, sizeof buffer);
        if (got < 0 && errno == EINTR) {
            continue;
        }
        if (got < 0 && errno == EAGAIN) {
            return;
        }
        if (got <= 0) { /* closed on the other side */
            (void)close(w->pipe);
            w->pipe = -1;
            return;
        }
        if (outcome->output && outcome->output_size < OUTPUT_KEPT) {
            const size_t room = OUTPUT_KEPT - outcome->output_size;
            memcpy(outcome->output + outcome->output_size, buffer,
                   (size_t)got < room ? (size_t)got : room);
        }
        outcome->output_size += (size_t)got;
        total += (size_t)got;
    }
}

static void kill_child(watcher *w, ga_child_end why)
{
    if (w->killed == GA_CHILD_DONE) {
        w->killed = why;
        (void)kill(-w->pid, SIGKILL);
        (void)kill(w->pid, SIGKILL); /* it may have left the group */
    }
}

/* Has it gone on since we last looked? Has it been asked to stop, and does it? */
static void watch_clock(watcher *w)
{
    const double now = ga_clock();
    ga_activity activity;
    read_activity(w->shared, &activity);
    if (activity.phase != w->seen.phase || activity.loss_calls != w->seen.loss_calls ||
        activity.gradient_calls != w->seen.gradient_calls) {
        w->seen = activity;
        w->changed = now;
    }
    const ga_child_limits *const limits = w->limits;
    const double limit =
        limits->seconds_per_call * (activity.phase == GA_PHASE_NONE ? patience_outside_calls : 1.0);
    if (limit > 0.0 && now - w->changed > limit) {
        w->outcome->seconds_allowed = limit;
        kill_child(w, GA_CHILD_TIMEOUT);
    }
    const int stop = limits->stop ? *limits->stop : 0;
    if (stop && isnan(w->asked)) {
        w->asked = now;
        w->shared->stopping = 1;
    }
    if (stop > 1 || now - w->asked > limits->stop_grace) {
        kill_child(w, GA_CHILD_STOPPED);
    }
    if (limits->tick && now - w->ticked >= tick_seconds) {
        w->ticked = now;
        limits->tick(&activity, limits->tick_arg);
    }
}

/* Waits for the child's end, but leaves it to be reaped: its number stays taken that long. */
static void watch(watcher *w)
{
    for (;;) {
        siginfo_t ended = {.si_pid = 0};
        if (waitid(P_PID, (id_t)w->pid, &ended, WEXITED | WNOHANG | WNOWAIT) != 0 ||
            ended.si_pid == w->pid) {
            return;
        }
        struct pollfd events[2] = {{.fd = w->pipe, .events = POLLIN},
                                   {.fd = w->pidfd, .events = POLLIN}};
        (void)poll(events, 2, w->pidfd >= 0 ? GLANCE : GLANCE_BLIND);
        drain(w);
        watch_clock(w);
    }
}

/* ---- Its end --------------------------------------------------------------------------------- */

static void judge_end(watcher *w, int status, ga_handover *handover)
{
    ga_child_outcome *const outcome = w->outcome;
    const ga_delivery delivery = ga_handover_receive(handover, &outcome->data, &outcome->size);
    read_activity(w->shared, &outcome->activity);

    if (WIFSIGNALED(status)) {
        outcome->number = WTERMSIG(status);
        outcome->end = w->killed != GA_CHILD_DONE && outcome->number == SIGKILL ? w->killed
                                                                                : GA_CHILD_SIGNALED;
        if (outcome->end == GA_CHILD_SIGNALED && w->shared->fault_signal == outcome->number) {
            outcome->has_fault_address = 1;
            outcome->fault_address = w->shared->fault_address;
        }
        return;
    }
    outcome->number = WEXITSTATUS(status);
    outcome->end = delivery == GA_DELIVERY_UNFINISHED ? GA_CHILD_EXITED
                   : delivery == GA_DELIVERY_WHOLE    ? GA_CHILD_DONE
                                                      : GA_CHILD_GARBLED;
}

static void bury(watcher *w, ga_handover *handover)
{
    (void)kill(-w->pid, SIGKILL); /* whoever it left behind */
    int status = 0;
    while (waitpid(w->pid, &status, 0) < 0 && errno == EINTR) {
    }
    drain(w);
    judge_end(w, status, handover);
    if (w->outcome->output) {
        const size_t kept =
            w->outcome->output_size < OUTPUT_KEPT ? w->outcome->output_size : OUTPUT_KEPT;
        clean(w->outcome->output, kept);
        w->outcome->output[kept] = '\0';
    }
}

int ga_count_threads(void)
{
    DIR *const tasks = opendir("/proc/self/task");
    if (!tasks) {
        return 0;
    }
    int count = 0;
    for (const struct dirent *task = readdir(tasks); task; task = readdir(tasks)) {
        count += task->d_name[0] != '.';
    }
    (void)closedir(tasks);
    return count;
}

static ga_status fork_and_watch(ga_child *child, const ga_child_limits *limits,
                                void (*body)(ga_child *child, void *arg), void *arg,
                                ga_child_outcome *outcome)
{
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0) {
        return GA_EIO;
    }
    const pid_t parent = getpid();
    (void)fflush(NULL); /* else what is buffered would appear twice */
    const pid_t pid = fork();
    if (pid == 0) {
        (void)close(ends[0]);
        ga_child_live(child, parent, ends[1], body, arg);
    }
    (void)close(ends[1]);
    if (pid < 0) {
        (void)close(ends[0]);
        return GA_EIO;
    }
    (void)setpgid(pid, pid); /* here and there: whoever comes first */
    (void)fcntl(ends[0], F_SETFL, O_NONBLOCK);
    const double now = ga_clock();
    watcher w = {.pid = pid,
                 .pipe = ends[0],
                 .pidfd = pidfd_open(pid, 0),
                 .shared = child->shared,
                 .limits = limits,
                 .outcome = outcome,
                 .changed = now,
                 .ticked = now,
                 .asked = (double)NAN,
                 .killed = GA_CHILD_DONE};
    watch(&w);
    bury(&w, &child->handover);
    if (w.pipe >= 0) {
        (void)close(w.pipe);
    }
    if (w.pidfd >= 0) {
        (void)close(w.pidfd);
    }
    return GA_OK;
}

ga_status ga_child_run(void (*body)(ga_child *child, void *arg), void *arg,
                       const ga_child_limits *limits, ga_child_outcome *outcome)
{
    *outcome = (ga_child_outcome){.end = GA_CHILD_DONE};
    static const ga_child_limits no_limits = {0};
    if (!limits) {
        limits = &no_limits;
    }
    if (!limits->threads_are_harmless && ga_count_threads() > 1) {
        return GA_EBUSY;
    }
    ga_child child = {0};
    ga_status status = ga_handover_open(&child.handover);
    void *const shared =
        mmap(NULL, sizeof(ga_shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    outcome->output = calloc(OUTPUT_KEPT + 1, 1);
    if (status == GA_OK && (shared == MAP_FAILED || !outcome->output)) {
        status = GA_ENOMEM;
    }
    if (status == GA_OK) {
        child.shared = shared;
        status = fork_and_watch(&child, limits, body, arg, outcome);
    }
    if (shared != MAP_FAILED) {
        (void)munmap(shared, sizeof(ga_shared));
    }
    ga_handover_close(&child.handover);
    if (status != GA_OK) {
        ga_child_outcome_free(outcome);
    }
    return status;
}

void ga_child_outcome_free(ga_child_outcome *outcome)
{
    free(outcome->data);
    free(outcome->output);
    *outcome = (ga_child_outcome){.end = GA_CHILD_DONE};
}
