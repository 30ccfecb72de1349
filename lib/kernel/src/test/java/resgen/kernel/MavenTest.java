package resgen.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The Maven magics against repositories in folders. The user's settings are of the test: a local
 * repository of its own, and a folder in the place of Central, so that nothing goes to the network.
 */
class MavenTest extends KernelTestBase {
  private static final String TOOL = "org.example.far:tool:1.2";
  private static final String INSIDE = "public static String inside() { return \"%s\"; }";

  @TempDir Path dir;

  private Path central;
  private Path own;
  private Path local;
  private String home;

  @BeforeEach
  void settings() throws Exception {
    central = Files.createDirectories(dir.resolve("central"));
    own = Files.createDirectories(dir.resolve("own"));
    local = dir.resolve("local");
    home = System.setProperty("user.home", dir.toString());
    Files.createDirectories(dir.resolve(".m2"));
    Files.writeString(
        dir.resolve(".m2").resolve("settings.xml"),
        """
        <settings>
          <localRepository>%s</localRepository>
          <mirrors><mirror>
            <id>folder</id><mirrorOf>central</mirrorOf><url>%s</url>
          </mirror></mirrors>
        </settings>
        """
            .formatted(local, central.toUri()));
  }

  @AfterEach
  void restore() {
    System.setProperty("user.home", home);
  }

  /** Puts an artifact with one class into a repository; {@code needs} are dependencies in XML. */
  private Path artifact(Path repository, String name, String type, String needs) throws Exception {
    Path folder = repository.resolve("org/example/far").resolve(name).resolve("1.2");
    Files.createDirectories(folder);
    String pom =
        "<project><modelVersion>4.0.0</modelVersion><groupId>org.example.far</groupId><artifactId>"
            + name
            + "</artifactId><version>1.2</version><dependencies>"
            + needs
            + "</dependencies></project>";
    Files.writeString(folder.resolve(name + "-1.2.pom"), pom);
    Path jar = TestJars.withClass(dir, "far.away." + type, INSIDE.formatted(name));
    Files.copy(jar, folder.resolve(name + "-1.2.jar"));
    return folder;
  }

  private static void sources(Path folder, String name, String type) throws Exception {
    try (OutputStream file = Files.newOutputStream(folder.resolve(name + "-1.2-sources.jar"));
        ZipOutputStream out = new ZipOutputStream(file)) {
      out.putNextEntry(new ZipEntry("far/away/" + type + ".java"));
      String text = "package far.away;\n/** A tool for crossings. */\npublic class " + type + " {}";
      out.write(text.getBytes());
    }
  }

  private static String dependency(String name, String more) {
    return "<dependency><groupId>org.example.far</groupId><artifactId>"
        + name
        + "</artifactId><version>1.2</version>"
        + more
        + "</dependency>";
  }

  private Path fetched(String name, String file) {
    return local.resolve("org/example/far").resolve(name).resolve("1.2").resolve(file);
  }

  @Test
  void anArtifactComesWithWhatItNeeds() throws Exception {
    artifact(central, "base", "Base", "");
    artifact(central, "tool", "Tool", dependency("base", ""));
    run("%maven " + TOOL);
    assertEquals("tool", text("far.away.Tool.inside()"));
    assertEquals("base", text("far.away.Base.inside()"));
    assertTrue(Files.exists(fetched("tool", "tool-1.2.jar")));
    assertFalse(
        Files.exists(fetched("tool", "tool-1.2-sources.jar")), "sources were not asked for");
  }

  @Test
  void withSourcesItsDocumentationIsThere() throws Exception {
    artifact(central, "base", "Base", "");
    sources(artifact(central, "tool", "Tool", dependency("base", "")), "tool", "Tool");
    run("%maven " + TOOL + " --sources");
    assertTrue(Files.exists(fetched("tool", "tool-1.2-sources.jar")));
    String code = "far.away.Tool";
    String shown = kernel.assist().inspect(code, code.length(), false).orElseThrow().text();
    assertTrue(shown.contains("A tool for crossings."), shown);
    assertEquals("base", text("far.away.Base.inside()"), "what has no sources goes without");
    assertTrue(
        recorder.err.toString().contains("no sources of org.example.far:base"),
        recorder.err.toString());
  }

  @Test
  void theKernelsOwnLibrariesAreNotTheNotebooks() throws Exception {
    for (String own : List.of("org.zeromq.ZMQ", "org.objectweb.asm.Type", "zmq.Msg")) {
      assertEquals("CompileError", fail(own + ".class").name());
      assertEquals(
          "java.lang.ClassNotFoundException", fail("Class.forName(\"" + own + "\")").name());
    }
    Path jar = TestJars.withClass(dir, "org.objectweb.asm.Type", INSIDE.formatted("mine"));
    run("%jars " + jar);
    assertEquals("mine", text("org.objectweb.asm.Type.inside()"));
    assertEquals("", recorder.err.toString());
    run("class Later { int v; }");
    assertEquals("0", text("new Later().v"));
  }

  @Test
  void aSharedLibraryOfTheNotebooksOwnIsUsed() throws Exception {
    Path jar = TestJars.withClass(dir, "com.google.gson.Gson", INSIDE.formatted("mine"));
    run("%jars " + jar);
    assertEquals("mine", text("com.google.gson.Gson.inside()"));
    fail("com.google.gson.JsonParser.parseString(\"1\")"); // never two versions together
    String told = recorder.err.toString();
    assertTrue(told.contains("used by the notebook in place of"), told);
    assertTrue(told.contains("com.google.gson.Gson.jar (gson-2"), told);
    assertEquals("{\"data\":{\"text/plain\":\"1\"},\"metadata\":{}}", run("1").value().toString());
  }

  @Test
  void librariesOfTheKernelsCommandsAndResolverGiveWayToTheNotebooksOwn() throws Exception {
    for (String type :
        List.of(
            "picocli.CommandLine",
            "org.apache.commons.codec.StringEncoder",
            "org.apache.commons.logging.LogFactory")) {
      run("%jars " + TestJars.withClass(dir, type, INSIDE.formatted("mine")));
      assertEquals("mine", text(type + ".inside()"));
    }
    assertFalse(recorder.err.toString().contains("not used"), recorder.err.toString());
  }

  @Test
  void aVersionThatIsNotUsedIsNamed() throws Exception {
    assertEquals("1", text("com.google.gson.JsonParser.parseString(\"1\").getAsInt()"));
    Path jar = TestJars.withClass(dir, "com.google.gson.Gson", INSIDE.formatted("mine"));
    run("%jars " + jar);
    String told = recorder.err.toString();
    assertTrue(told.contains("not used, since another version is on the class path"), told);
    assertTrue(told.contains("com.google.gson.Gson.jar (gson-2"), told);
    assertEquals("1", text("com.google.gson.JsonParser.parseString(\"1\").getAsInt()"));
    recorder.err.setLength(0);
    Path first = TestJars.withClass(dir, "far.away.Twice", INSIDE.formatted("first"));
    run("%jars " + first);
    Path second = Files.copy(first, dir.resolve("twice-2.jar"));
    run("%jars " + second);
    assertTrue(
        recorder.err.toString().contains("twice-2.jar (far.away.Twice.jar)"),
        recorder.err.toString());
  }

  @Test
  void aClassifierIsAnArtifactOfItsOwn() throws Exception {
    Path folder = artifact(central, "tool", "Tool", "");
    Path extra = TestJars.withClass(dir, "far.away.Extra", INSIDE.formatted("extra"));
    Files.copy(extra, folder.resolve("tool-1.2-extra.jar"));
    run("%maven org.example.far:tool:jar:extra:1.2");
    assertEquals("extra", text("far.away.Extra.inside()"));
    fail("far.away.Tool.inside()"); // the artifact without the classifier did not come
  }

  @Test
  void anotherRepositoryIsAskedOnceItIsNamed() throws Exception {
    artifact(own, "tool", "Tool", "");
    assertTrue(fail("%maven " + TOOL).plain().contains("org.example.far:tool"));
    run("%mavenRepo own " + own.toUri());
    run("%maven " + TOOL);
    assertEquals("tool", text("far.away.Tool.inside()"));
  }

  @Test
  void aPomBringsItsRepositoriesAndClassifiers() throws Exception {
    artifact(own, "base", "Base", "");
    Path folder = artifact(own, "tool", "Tool", "");
    Path extra = TestJars.withClass(dir, "far.away.Extra", INSIDE.formatted("extra"));
    Files.copy(extra, folder.resolve("tool-1.2-extra.jar"));
    run(
        "%%loadFromPOM\n<repository><id>own</id><url>"
            + own.toUri()
            + "</url></repository>\n"
            + dependency("base", "")
            + dependency("tool", "<classifier>extra</classifier>"));
    assertEquals("base", text("far.away.Base.inside()"));
    assertEquals("extra", text("far.away.Extra.inside()"));
    Path pom = dir.resolve("whole.xml");
    Files.writeString(
        pom,
        "<project><modelVersion>4.0.0</modelVersion><groupId>g</groupId><artifactId>a</artifactId>"
            + "<version>1</version><repositories><repository><id>again</id><url>"
            + own.toUri()
            + "</url></repository></repositories><dependencies>"
            + dependency("tool", "")
            + "</dependencies></project>");
    run("%loadFromPOM " + pom);
    assertEquals("tool", text("far.away.Tool.inside()"));
  }
}
