/*
 * The child's own end: a process prepared so that whatever user code does in it, the parent's world
 * stays as it is and the way it ended stays visible in its exit status.
 *
 * It leaves by _exit() only. It belongs to the parent's program, but must never go on with it: no
 * handler that the parent registered with atexit() runs here, and no buffer is flushed twice.
 */
#include "child.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

/* There in builds that measure coverage; the name is the compiler's, hence reserved. */
/* NOLINTNEXTLINE(bugprone-reserved-identifier,cert-dcl37-c,cert-dcl51-cpp) */
extern void __gcov_dump(void) __attribute__((weak));

enum {
    FAULT_STACK = 1 << 16
};

/* A signal handler has no other way to know. Set in a child only. */
static ga_shared *volatile fault_page;

_Noreturn void ga_child_leave(int status)
{
    if (__gcov_dump) {
        __gcov_dump();
    }
    _exit(status);
}

/* Runs first when user code calls exit(). */
static void leave_on_exit(int status, void *unused)
{
    (void)unused;
    (void)fflush(stdout);
    ga_child_leave(status);
}

/* Notes the address, then lets the fault happen again with nobody to handle it, so that the exit
 * status tells the truth. */
static void note_fault(int number, siginfo_t *info, void *context)
{
    (void)context;
    ga_shared *const page = fault_page;
    const int was_sent = info->si_code <= 0; /* by kill() or raise(): no address */
    if (page && !was_sent && info->si_code != SI_KERNEL && page->fault_signal == 0) {
        page->fault_address = (uint64_t)(uintptr_t)info->si_addr;
        page->fault_signal = number;
    }
    (void)signal(number, SIG_DFL);
    if (was_sent) {
        (void)raise(number);
    }
}

int ga_child_is_here(void)
{
    return fault_page != NULL;
}

void ga_child_disown(int output)
{
    fault_page = NULL;
    if (output >= 0) {
        (void)dup2(output, STDOUT_FILENO);
        (void)dup2(output, STDERR_FILENO);
    }
}

static void reset_signals(void)
{
    for (int number = 1; number < NSIG; number++) {
        const struct sigaction fresh = {.sa_handler = SIG_DFL};
        (void)sigaction(number, &fresh, NULL); /* those that cannot be changed need no change */
    }
    sigset_t none;
    (void)sigemptyset(&none);
    (void)sigprocmask(SIG_SETMASK, &none, NULL);
}

/* On a stack of its own, for when the stack itself has overflowed. */
static void catch_faults(ga_shared *shared)
{
    void *const stack =
        mmap(NULL, FAULT_STACK, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (stack == MAP_FAILED) {
        return;
    }
    const stack_t alternate = {.ss_sp = stack, .ss_size = FAULT_STACK};
    (void)sigaltstack(&alternate, NULL);
    fault_page = shared;
    struct sigaction action = {.sa_sigaction = note_fault, .sa_flags = SA_SIGINFO | SA_ONSTACK};
    (void)sigemptyset(&action.sa_mask);
    (void)sigaction(SIGSEGV, &action, NULL);
    (void)sigaction(SIGBUS, &action, NULL);
}

static void redirect(int output)
{
    const int empty = open("/dev/null", O_RDONLY | O_CLOEXEC);
    (void)dup2(empty, STDIN_FILENO);
    (void)dup2(output, STDOUT_FILENO);
    (void)dup2(output, STDERR_FILENO);
    if (empty > STDERR_FILENO) {
        (void)close(empty);
    }
    if (output > STDERR_FILENO) {
        (void)close(output);
    }
    /* a crash loses what is still in a buffer; a line is what people print before one */
    (void)setvbuf(stdout, NULL, _IOLBF, BUFSIZ);
}

_Noreturn void ga_child_live(ga_child *child, pid_t parent, int output,
                             void (*body)(ga_child *child, void *arg), void *arg)
{
    child->self = getpid();
    (void)setpgid(0, 0);
    (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent) {
        _exit(0); /* the parent died before it could have been noticed */
    }
    reset_signals();
    (void)setrlimit(RLIMIT_CORE, &(struct rlimit){.rlim_cur = 0, .rlim_max = 0});
    redirect(output);
    catch_faults(child->shared);
    (void)on_exit(leave_on_exit, NULL);

    body(child, arg);
    if (getpid() == child->self) {
        (void)fflush(stdout);
        ga_handover_finish(&child->handover);
    }
    ga_child_leave(0);
}

ga_activity *ga_child_activity(ga_child *child)
{
    return &child->shared->activity;
}

ga_status ga_child_send(ga_child *child, const void *bytes, size_t size)
{
    if (getpid() != child->self) {
        ga_child_leave(0); /* user code forked, and this is the copy: it must not report */
    }
    return ga_handover_send(&child->handover, bytes, size);
}

int ga_child_stopping(const ga_child *child)
{
    return child->shared->stopping != 0;
}
