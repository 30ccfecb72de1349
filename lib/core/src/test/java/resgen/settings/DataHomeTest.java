package resgen.settings;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataHomeTest {
  @TempDir Path temp;

  @Test
  void walksUpToTheDirectoryThatHoldsFashionMnist() throws IOException {
    Path inner = Files.createDirectories(temp.resolve("lib/core/target"));
    Files.createDirectories(temp.resolve("data/fashion-mnist"));
    Files.createDirectories(temp.resolve("lib/data"));
    assertEquals(temp.resolve("data"), DataHome.root(null, null, inner));
    assertEquals(temp.resolve("data"), DataHome.root("", " ", temp));
  }

  @Test
  void propertyGoesBeforeVariableBeforeWorkingDirectory() throws IOException {
    Path project = Files.createDirectories(temp.resolve("project/data")).getParent();
    Path bare = Files.createDirectories(temp.resolve("bare"));
    assertEquals(project.resolve("data"), DataHome.root(project.toString(), bare.toString(), temp));
    assertEquals(bare, DataHome.root(null, bare.toString(), temp));
  }

  @Test
  void errorsNameWhatWasLookedAt() {
    Path gone = temp.resolve("gone");
    Exception named =
        assertThrows(IllegalStateException.class, () -> DataHome.root(gone.toString(), null, temp));
    assertTrue(named.getMessage().contains(gone.toString()), named.getMessage());
    assertTrue(named.getMessage().contains(DataHome.PROPERTY), named.getMessage());
    Exception none =
        assertThrows(IllegalStateException.class, () -> DataHome.root(null, null, temp));
    assertTrue(none.getMessage().contains(temp.toString()), none.getMessage());
  }

  @Test
  void theProjectsOwnDataIsFound() {
    assertTrue(Files.isDirectory(DataHome.path("fashion-mnist")));
  }
}
