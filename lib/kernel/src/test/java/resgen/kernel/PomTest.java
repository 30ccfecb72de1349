package resgen.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** POMs and pieces of them, read as Maven reads them; a folder stands for Central. */
class PomTest extends KernelTestBase {
  @TempDir Path dir;

  private Path central;
  private String home;

  @BeforeEach
  void settings() throws Exception {
    central = Files.createDirectories(dir.resolve("central"));
    home = System.setProperty("user.home", dir.toString());
    Files.createDirectories(dir.resolve(".m2"));
    Files.writeString(
        dir.resolve(".m2").resolve("settings.xml"),
        """
        <settings><localRepository>%s</localRepository>
          <mirrors><mirror>
            <id>folder</id><mirrorOf>central</mirrorOf><url>%s</url>
          </mirror></mirrors></settings>
        """
            .formatted(dir.resolve("local"), central.toUri()));
  }

  @AfterEach
  void restore() {
    System.setProperty("user.home", home);
  }

  private void pom(String name, String version, String content) throws Exception {
    Path folder = central.resolve("org/far").resolve(name).resolve(version);
    Files.createDirectories(folder);
    Files.writeString(
        folder.resolve(name + "-" + version + ".pom"), project(name, version, content));
  }

  private static String project(String name, String version, String content) {
    return "<project><modelVersion>4.0.0</modelVersion><groupId>org.far</groupId><artifactId>"
        + name
        + "</artifactId><version>"
        + version
        + "</version>"
        + content
        + "</project>";
  }

  /** An artifact with a class that says its version; {@code suffix} such as {@code -tests}. */
  private void jar(String name, String version, String suffix, String type) throws Exception {
    pom(name, version, "");
    Path work = Files.createTempDirectory(dir, "jar");
    String body = "public static String version() { return \"%s\"; }".formatted(version + suffix);
    Files.copy(
        TestJars.withClass(work, "far." + type, body),
        central.resolve(
            "org/far/" + name + "/" + version + "/" + name + "-" + version + suffix + ".jar"));
  }

  private static String dependency(String name, String more) {
    return "<dependency><groupId>org.far</groupId><artifactId>"
        + name
        + "</artifactId>"
        + more
        + "</dependency>";
  }

  private static String managed(String content) {
    return "<dependencyManagement><dependencies>"
        + content
        + "</dependencies></dependencyManagement>";
  }

  @Test
  void aBomGivesVersions() throws Exception {
    jar("tool", "2.5", "", "Tool");
    pom(
        "bom",
        "1",
        "<packaging>pom</packaging><properties><v>2.5</v></properties>"
            + managed(dependency("tool", "<version>${v}</version>")));
    String bom = dependency("bom", "<version>1</version><type>pom</type><scope>import</scope>");
    assertNull(run("%%loadFromPOM\n" + managed(bom) + dependency("tool", "")).value());
    assertEquals("2.5", text("far.Tool.version()"));
  }

  @Test
  void typesPropertiesAndScopes() throws Exception {
    jar("tool", "1", "-tests", "ToolTests");
    jar("other", "1", "", "Other");
    jar("given", "1", "", "Given");
    String cell =
        "<properties><one>1</one></properties>"
            + dependency("tool", "<version>${one}</version><type>test-jar</type>")
            + dependency("other", "<version>${one}</version><scope>test</scope>")
            + dependency("given", "<version>${one}</version><scope>provided</scope>");
    run("%%loadFromPOM\n" + cell);
    assertEquals("1-tests", text("far.ToolTests.version()"));
    fail("far.Other.version()");
    run("%%loadFromPOM test provided\n" + cell);
    assertEquals("1 1", text("far.Other.version() + \" \" + far.Given.version()"));
  }

  @Test
  void dependenciesOfPluginsAndProfilesAreNotTheNotebooks() throws Exception {
    jar("tool", "1", "", "Tool");
    jar("plug", "1", "", "Plug");
    String needed = dependency("plug", "<version>1</version>");
    Path file = dir.resolve("pom.xml");
    Files.writeString(
        file,
        project(
            "app",
            "1",
            "<dependencies>"
                + dependency("tool", "<version>1</version>")
                + "</dependencies><build><plugins><plugin><artifactId>p</artifactId><dependencies>"
                + needed
                + "</dependencies></plugin></plugins></build><profiles><profile><id>x</id>"
                + "<dependencies>"
                + needed
                + "</dependencies></profile></profiles>"));
    assertEquals("1", text("List<String> jars = %loadFromPOM " + file + "\njars.size()"));
    assertEquals("1", text("far.Tool.version()"));
    fail("far.Plug.version()");
  }

  @Test
  void aParentIsFoundBesideTheFileAndInRepositories() throws Exception {
    jar("tool", "3", "", "Tool");
    jar("base", "4", "", "Base");
    pom(
        "far-parent",
        "1",
        "<packaging>pom</packaging>" + managed(dependency("tool", "<version>3</version>")));
    String near =
        "<packaging>pom</packaging><parent><groupId>org.far</groupId>"
            + "<artifactId>far-parent</artifactId><version>1</version><relativePath/></parent>"
            + managed(dependency("base", "<version>4</version>"));
    Files.writeString(dir.resolve("pom.xml"), project("near-parent", "1", near));
    Path file = Files.createDirectories(dir.resolve("app")).resolve("pom.xml");
    Files.writeString(
        file,
        "<project><modelVersion>4.0.0</modelVersion><parent><groupId>org.far</groupId>"
            + "<artifactId>near-parent</artifactId><version>1</version></parent>"
            + "<artifactId>app</artifactId><dependencies>"
            + dependency("tool", "")
            + dependency("base", "")
            + "</dependencies></project>");
    run("%loadFromPOM " + file);
    assertEquals("3 4", text("far.Tool.version() + \" \" + far.Base.version()"));
  }

  @Test
  void exclusionsAreKept() throws Exception {
    jar("low", "1", "", "Low");
    jar("tool", "1", "", "Tool");
    pom(
        "tool",
        "1",
        "<dependencies>" + dependency("low", "<version>1</version>") + "</dependencies>");
    String without =
        "<exclusions><exclusion><groupId>org.far</groupId><artifactId>*</artifactId></exclusion></exclusions>";
    run("%%loadFromPOM\n" + dependency("tool", "<version>1</version>" + without));
    assertEquals("1", text("far.Tool.version()"));
    fail("far.Low.version()");
    run("%%loadFromPOM\n" + dependency("tool", "<version>1</version>"));
    assertEquals("1", text("far.Low.version()"));
  }

  @Test
  void whatIsWrongIsNamed() throws Exception {
    String none = fail("%%loadFromPOM\n" + dependency("tool", "")).message();
    assertEquals(
        "not a usable POM: 'dependencies.dependency.version' for org.far:tool:jar is missing.",
        none);
    String unnamed =
        fail("%%loadFromPOM\n<dependency><artifactId>a</artifactId></dependency>").message();
    assertTrue(unnamed.contains("groupId"), unnamed);
    assertTrue(fail("%%loadFromPOM\n<dependency>").message().startsWith("not a POM:"));
    Path secret = Files.writeString(dir.resolve("secret"), "s3cret");
    String entity =
        fail("%%loadFromPOM\n<!DOCTYPE p [<!ENTITY e SYSTEM \""
                + secret.toUri()
                + "\">]><project>&e;</project>")
            .message();
    assertTrue(entity.startsWith("not a POM:"), entity);
    assertFalse(entity.contains("s3cret"), entity);
    String bom = dependency("bom", "<version>9</version><type>pom</type><scope>import</scope>");
    String missing = fail("%%loadFromPOM\n" + managed(bom)).message();
    assertTrue(missing.contains("org.far:bom"), missing);
  }
}
