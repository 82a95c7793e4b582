/*
 * The user's signals while there are workers. A handler for SIGCHLD must not hear of our children,
 * nor reap them; nor must threads run the user's handlers, which expect the thread that set them
 * up.
 */
#include "crew_inside.h"

#include <signal.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

void ga_signals_block(int by_threads, sigset_t *before, int *was_pending)
{
    sigset_t ours;
    sigset_t pending;
    (void)(by_threads ? sigfillset(&ours) : sigemptyset(&ours));
    (void)sigaddset(&ours, SIGCHLD);
    static const int of_the_thread[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP, SIGABRT};
    for (size_t i = 0; i < sizeof of_the_thread / sizeof *of_the_thread; i++) {
        (void)sigdelset(&ours, of_the_thread[i]);
    }
    (void)sigpending(&pending);
    *was_pending = sigismember(&pending, SIGCHLD);
    (void)pthread_sigmask(SIG_BLOCK, &ours, before);
}

void ga_signals_unblock(const sigset_t *before, int was_pending)
{
    sigset_t ours;
    (void)sigemptyset(&ours);
    (void)sigaddset(&ours, SIGCHLD);
    const struct timespec at_once = {0};
    if (!was_pending && sigtimedwait(&ours, NULL, &at_once) == SIGCHLD) {
        siginfo_t other = {.si_pid = 0};
        if (waitid(P_ALL, 0, &other, WEXITED | WNOHANG | WNOWAIT) == 0 && other.si_pid != 0) {
            (void)kill(getpid(), SIGCHLD); /* a child of the user's ended as well */
        }
    }
    (void)pthread_sigmask(SIG_SETMASK, before, NULL);
}
