/*
 * What is noted of the world: revisions with git there, not there and hanging; processes; hashes.
 */
#include "host.h"
#include "samples.h"

#include <criterion/criterion.h>
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static char *folder;

static void set_up(void)
{
    folder = make_folder();
}

static void tear_down(void)
{
    remove_folder(folder);
}

TestSuite(host, .init = set_up, .fini = tear_down, .timeout = 60);

static int run(const char *script)
{
    char *command = NULL;
    cr_assert(asprintf(&command, "cd '%s' && { %s; } >/dev/null 2>&1", folder, script) > 0);
    const int state = system(command);
    free(command);
    return state == 0;
}

Test(host, no_repository)
{
    ga_revision revision;
    ga_revision_read(folder, &revision);
    cr_expect(revision.dirty == -1 && !revision.commit[0] && !revision.branch[0]);
    ga_revision_read("/no/such/folder", &revision);
    cr_expect(revision.dirty == -1);
}

Test(host, repository)
{
    ga_revision revision;
    if (!run("git --version")) {
        return; /* there is no git */
    }
    cr_assert(run("git init -b work && git config user.email a@b && git config user.name c"));
    ga_revision_read(folder, &revision);
    cr_expect(revision.dirty == -1 && !revision.commit[0], "nothing is committed yet");
    cr_assert(run("echo 1 > a && git add a && git commit -m one"));
    ga_revision_read(folder, &revision);
    cr_expect(strlen(revision.commit) == 40 && revision.dirty == 0);
    cr_expect_str_eq(revision.branch, "work");
    cr_assert(run("echo 2 > b"));
    ga_revision_read(folder, &revision);
    cr_expect(revision.dirty == 0, "what git does not track is no change");
    cr_assert(run("echo 2 > a"));
    cr_assert(setenv("GIT_DIR", "/nonsense", 1) == 0 && setenv("LC_ALL", "de_DE.UTF-8", 1) == 0);
    ga_revision_read(folder, &revision);
    cr_expect(revision.dirty == 1 && revision.commit[0], "GIT_DIR is not ours");
    cr_assert(unsetenv("GIT_DIR") == 0);
    cr_assert(run("git checkout --detach"));
    ga_revision_read(folder, &revision);
    cr_expect(revision.commit[0] && !revision.branch[0], "no branch");
    char *const inner = join(folder, "-C evil");
    cr_assert(mkdir(inner, 0755) == 0);
    ga_revision_read(inner, &revision);
    cr_expect(revision.commit[0]);
    free(inner);
}

static void use_git(const char *script)
{
    char *const program = join(folder, "git");
    spit(program, script, strlen(script));
    cr_assert(chmod(program, 0755) == 0);
    cr_assert(setenv("PATH", folder, 1) == 0);
    free(program);
}

static double seconds(void)
{
    struct timespec now;
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

Test(host, no_git)
{
    ga_revision revision;
    cr_assert(setenv("PATH", folder, 1) == 0);
    ga_revision_read(NULL, &revision);
    cr_expect(revision.dirty == -1);
    use_git("#!/bin/sh\necho '# branch.oid 0123'\nexit 3\n");
    ga_revision_read(NULL, &revision);
    cr_expect(revision.dirty == -1 && !revision.commit[0], "a git that fails knows nothing");
}

Test(host, git_that_hangs)
{
    ga_revision revision;
    const double start = seconds();
    use_git("#!/bin/sh\necho '# branch.oid 0123'\n/bin/sleep 50 & /bin/sleep 50\n");
    ga_revision_read(NULL, &revision);
    cr_expect(revision.dirty == -1);
    use_git("#!/bin/sh\necho '# branch.oid 0123'\nexec >&-\n/bin/sleep 50\n");
    ga_revision_read(NULL, &revision);
    cr_expect(revision.dirty == -1);
    cr_expect(seconds() - start < 10.0);
}

Test(host, git_that_talks)
{
    ga_revision revision;
    use_git("#!/bin/sh\necho '# branch.oid 0123'\ni=0\nwhile [ $i -lt 20000 ]; do echo \"1 M. "
            "file$i\"; i=$((i+1)); done\n");
    ga_revision_read(NULL, &revision);
    cr_expect_str_eq(revision.commit, "0123");
    cr_expect(revision.dirty == 1);
}

Test(host, process)
{
    ga_process process;
    ga_process_self(&process);
    cr_expect(process.pid == getpid());
    cr_expect(ga_process_lives(&process));
    ga_process other = process;
    other.started += 1;
    cr_expect(process.started == 0 || !ga_process_lives(&other), "its number was used again");
    other = process;
    (void)strcpy(other.boot, "before");
    cr_expect(!ga_process_lives(&other), "of another boot");
    const pid_t child = fork();
    if (child == 0) {
        _exit(0);
    }
    siginfo_t end;
    cr_assert(waitid(P_PID, (id_t)child, &end, WEXITED | WNOWAIT) == 0);
    other = process;
    other.pid = child;
    other.started = 0;
    cr_expect(!ga_process_lives(&other), "it only waits to be waited for");
    cr_assert(waitpid(child, NULL, 0) == child);
    cr_expect(!ga_process_lives(&other));
    other.pid = 0;
    cr_expect(!ga_process_lives(&other), "0 is no process");
}

Test(host, hash)
{
    char one[GA_HASH_TEXT];
    char other[GA_HASH_TEXT];
    ga_hash_texts((const char *const[]){"a", "bc"}, 2, one);
    ga_hash_texts((const char *const[]){"ab", "c"}, 2, other);
    cr_expect(strcmp(one, other) != 0);
    ga_hash_texts((const char *const[]){"mlp", "G01", NULL}, 3, one);
    cr_expect_str_eq(one, "2a6c21b45071ed16", "a fingerprint is stable for ever");
}

Test(host, uuid)
{
    char one[GA_UUID_TEXT];
    char other[GA_UUID_TEXT];
    ga_uuid_make(one);
    ga_uuid_make(other);
    cr_expect(strlen(one) == 36 && strcmp(one, other) != 0);
    cr_expect(one[14] == '4' && strchr("89ab", one[19]) && one[8] == '-' && one[23] == '-');
}

Test(host, environment)
{
    ga_environment one;
    ga_environment other;
    ga_environment_read(&one);
    ga_environment_read(&other);
    cr_expect(memcmp(&one, &other, sizeof one) == 0, "the same machine is one row");
    cr_expect(one.host[0] && one.os[0] && one.compiler[0] && one.version[0]);
    cr_expect(strlen(one.digest) == 16);
}
