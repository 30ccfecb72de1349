package resgen.kernel.eval;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.file.Files;
import java.nio.file.Path;
import javax.tools.ToolProvider;
import jdk.jshell.spi.ExecutionControl.ClassBytecodes;
import jdk.jshell.spi.ExecutionControl.ClassInstallException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LiveControlTest {

  @TempDir private Path folder;
  private NotebookLoader loader;
  private LiveControl control;

  @BeforeEach
  void compile() throws Exception {
    Path source = folder.resolve("Kin.java");
    Files.writeString(source, "class Kin {} class Child extends Kin { Kin kin; }");
    assertEquals(
        0,
        ToolProvider.getSystemJavaCompiler()
            .run(null, null, null, "-d", folder.toString(), source.toString()));
    loader = new NotebookLoader(LiveControlTest.class.getClassLoader());
    control = new LiveControl(loader, new CellThread(loader));
  }

  private ClassBytecodes compiled(String name) throws Exception {
    return new ClassBytecodes(name, Files.readAllBytes(folder.resolve(name + ".class")));
  }

  @Test
  void aSubclassMayComeBeforeItsParent() throws Exception {
    control.load(new ClassBytecodes[] {compiled("Child"), compiled("Kin")});

    Class<?> child = loader.loadClass("Child");
    assertSame(loader.loadClass("Kin"), child.getSuperclass());
    assertSame(loader, child.getClassLoader());
  }

  @Test
  void aSubclassWithoutItsParentIsRefusedAndMayComeAgainWithIt() throws Exception {
    ClassInstallException refused =
        assertThrows(
            ClassInstallException.class,
            () -> control.load(new ClassBytecodes[] {compiled("Child")}));
    assertEquals(false, refused.installed()[0]);

    control.load(new ClassBytecodes[] {compiled("Kin"), compiled("Child")});

    assertSame(loader.loadClass("Kin"), loader.loadClass("Child").getSuperclass());
  }
}
