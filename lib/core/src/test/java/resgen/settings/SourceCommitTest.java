package resgen.settings;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SourceCommitTest {

  private static final String HASH = "0123456789abcdef0123456789abcdef01234567";

  @TempDir Path clone;

  @Test
  void theCommitOfABranch() throws IOException {
    write(".git/HEAD", "ref: refs/heads/main\n");
    write(".git/refs/heads/main", HASH + "\n");

    assertEquals(Optional.of("01234567"), SourceCommit.of(clone));
  }

  @Test
  void theCommitOfAPackedBranch() throws IOException {
    write(".git/HEAD", "ref: refs/heads/main\n");
    write(".git/packed-refs", "# pack-refs\n" + HASH + " refs/heads/main\n");

    assertEquals(Optional.of("01234567"), SourceCommit.of(clone));
  }

  @Test
  void theCommitOfADetachedHead() throws IOException {
    write(".git/HEAD", HASH + "\n");

    assertEquals(Optional.of("01234567"), SourceCommit.of(clone));
  }

  @Test
  void theCommitOfAWorktree() throws IOException {
    write("main/.git/refs/heads/side", HASH + "\n");
    write("main/.git/worktrees/side/HEAD", "ref: refs/heads/side\n");
    write("main/.git/worktrees/side/commondir", "../..\n");
    write("side/.git", "gitdir: " + clone.resolve("main/.git/worktrees/side") + "\n");

    assertEquals(Optional.of("01234567"), SourceCommit.of(clone.resolve("side")));
  }

  @Test
  void noCommitWithoutAClone() {
    assertEquals(Optional.empty(), SourceCommit.of(clone));
  }

  @Test
  void noCommitBeforeTheFirst() throws IOException {
    write(".git/HEAD", "ref: refs/heads/main\n");

    assertEquals(Optional.empty(), SourceCommit.of(clone));
  }

  private void write(String path, String text) throws IOException {
    Path file = clone.resolve(path);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }
}
