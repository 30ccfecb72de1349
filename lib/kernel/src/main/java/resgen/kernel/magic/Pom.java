package resgen.kernel.magic;

import eu.maveniverse.maven.mima.context.Context;
import java.io.File;
import java.io.IOException;
import java.io.StringReader;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilder;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import javax.xml.transform.OutputKeys;
import javax.xml.transform.Transformer;
import javax.xml.transform.TransformerException;
import javax.xml.transform.TransformerFactory;
import javax.xml.transform.dom.DOMSource;
import javax.xml.transform.stream.StreamResult;
import org.eclipse.aether.DefaultRepositorySystemSession;
import org.eclipse.aether.artifact.Artifact;
import org.eclipse.aether.artifact.DefaultArtifact;
import org.eclipse.aether.graph.Dependency;
import org.eclipse.aether.repository.RemoteRepository;
import org.eclipse.aether.repository.WorkspaceReader;
import org.eclipse.aether.repository.WorkspaceRepository;
import org.eclipse.aether.resolution.ArtifactDescriptorException;
import org.eclipse.aether.resolution.ArtifactDescriptorRequest;
import org.eclipse.aether.resolution.ArtifactDescriptorResult;
import org.eclipse.aether.util.repository.SimpleArtifactDescriptorPolicy;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.xml.sax.InputSource;
import org.xml.sax.SAXException;

/**
 * What a POM asks for, as Maven itself reads it: with its parents, properties, imported BOMs and
 * types of dependencies.
 *
 * @param dependencies of the scopes that were asked for
 * @param managed versions, scopes and exclusions for what the dependencies need
 * @param repositories that the POM names
 */
record Pom(
    List<Dependency> dependencies, List<Dependency> managed, List<RemoteRepository> repositories) {
  private static final String GROUP = "notebook";
  private static final String CENTRAL = "central"; // of Maven's own super POM

  /** The POM of the notebook, which no repository has. */
  private record Own(File pom) implements WorkspaceReader {
    @Override
    public WorkspaceRepository getRepository() {
      return new WorkspaceRepository(GROUP);
    }

    @Override
    public File findArtifact(Artifact artifact) {
      boolean own =
          artifact.getGroupId().equals(GROUP)
              && artifact.getArtifactId().equals(GROUP)
              && artifact.getExtension().equals("pom");
      return own ? pom : null;
    }

    @Override
    public List<String> findVersions(Artifact artifact) {
      return List.of();
    }
  }

  /**
   * Reads a POM file; its parent may lie beside it.
   *
   * @param from where parents and BOMs come from, besides the POM's own repositories
   */
  static Pom read(Path file, List<String> scopes, Context context, List<RemoteRepository> from)
      throws IOException {
    String text = Files.readString(file);
    Document whole = document(text);
    if (whole.getDocumentElement().getTagName().equals("project") && isComplete(whole)) {
      return effective(file.toAbsolutePath(), scopes, context, from);
    }
    return read(text, scopes, context, from);
  }

  /** Reads a POM, or pieces of one such as a few {@code <dependency>} elements. */
  static Pom read(String xml, List<String> scopes, Context context, List<RemoteRepository> from)
      throws IOException {
    Path folder = Files.createTempDirectory("pom");
    Path file = folder.resolve("pom.xml");
    try {
      Files.writeString(file, whole(xml));
      return effective(file, scopes, context, from);
    } finally {
      Files.deleteIfExists(file);
      Files.deleteIfExists(folder);
    }
  }

  private static Pom effective(
      Path file, List<String> scopes, Context context, List<RemoteRepository> from) {
    DefaultRepositorySystemSession session =
        new DefaultRepositorySystemSession(context.repositorySystemSession());
    session.setWorkspaceReader(new Own(file.toFile()));
    session.setArtifactDescriptorPolicy(new SimpleArtifactDescriptorPolicy(false, false));
    Artifact own = new DefaultArtifact(GROUP, GROUP, "pom", "1");
    ArtifactDescriptorResult read;
    try {
      read =
          context
              .repositorySystem()
              .readArtifactDescriptor(session, new ArtifactDescriptorRequest(own, from, null));
    } catch (ArtifactDescriptorException e) {
      Throwable cause = e.getCause() == null ? e : e.getCause();
      throw new IllegalArgumentException("not a usable POM: " + problems(cause), e);
    }
    List<Dependency> wanted =
        read.getDependencies().stream()
            .filter(d -> scopes.contains(d.getScope().isEmpty() ? "compile" : d.getScope()))
            .map(d -> d.setScope("compile")) // whatever it is for, the notebook wants it
            .toList();
    return new Pom(
        wanted,
        read.getManagedDependencies(),
        read.getRepositories().stream().filter(r -> !r.getId().equals(CENTRAL)).toList());
  }

  /** What is wrong, without Maven's preamble and its places in a file that is not the user's. */
  private static String problems(Throwable cause) {
    String message = String.valueOf(cause.getMessage());
    String problems =
        message
            .lines()
            .filter(line -> line.matches("\\[(ERROR|FATAL)] .*"))
            .map(line -> line.replaceFirst("^\\[\\w+] ", "").replaceFirst(" @ *$", ""))
            .collect(Collectors.joining("; "));
    return problems.isEmpty() ? message : problems;
  }

  private static boolean isComplete(Document pom) {
    return Stream.of("modelVersion", "artifactId")
        .allMatch(name -> child(pom.getDocumentElement(), name) != null);
  }

  /** A whole POM made of one that may lack its name, or of pieces. */
  private static String whole(String xml) throws IOException {
    Document pom = document(xml);
    Element root = pom.getDocumentElement();
    if (!root.getTagName().equals("project")) {
      pom.renameNode(root, null, "project");
      gather(pom, "dependency", "dependencies");
      gather(pom, "repository", "repositories");
    }
    boolean hasParent = child(root, "parent") != null;
    add(pom, "modelVersion", "4.0.0", false);
    add(pom, "groupId", GROUP, hasParent);
    add(pom, "artifactId", GROUP, false);
    add(pom, "version", "1", hasParent);
    add(pom, "packaging", "pom", false);
    StringWriter out = new StringWriter();
    try {
      Transformer copy = TransformerFactory.newInstance().newTransformer();
      copy.setOutputProperty(OutputKeys.OMIT_XML_DECLARATION, "yes");
      copy.transform(new DOMSource(pom), new StreamResult(out));
    } catch (TransformerException e) {
      throw new IOException("cannot write the POM: " + e.getMessage(), e);
    }
    return out.toString();
  }

  private static void add(Document pom, String name, String text, boolean inherited) {
    if (!inherited && child(pom.getDocumentElement(), name) == null) {
      Element added = pom.createElement(name);
      added.setTextContent(text);
      pom.getDocumentElement().appendChild(added);
    }
  }

  /** Puts elements of the top level, and those of several lists, into one list. */
  private static void gather(Document pom, String name, String list) {
    Element root = pom.getDocumentElement();
    Element all = pom.createElement(list);
    Node next;
    for (Node n = root.getFirstChild(); n != null; n = next) {
      next = n.getNextSibling();
      if (n.getNodeName().equals(list)) {
        root.removeChild(n);
        while (n.getFirstChild() != null) {
          all.appendChild(n.getFirstChild());
        }
      } else if (n.getNodeName().equals(name)) {
        all.appendChild(n);
      }
    }
    if (all.hasChildNodes()) {
      root.appendChild(all);
    }
  }

  private static Element child(Element parent, String name) {
    for (Node n = parent.getFirstChild(); n != null; n = n.getNextSibling()) {
      if (n instanceof Element e && e.getTagName().equals(name)) {
        return e;
      }
    }
    return null;
  }

  private static Document document(String xml) {
    String text = xml.strip().replaceFirst("^<\\?xml[^>]*\\?>", "");
    String whole =
        text.matches("(?s)(<!--.*?-->|\\s)*<project\\b.*") ? text : "<x>" + text + "</x>";
    try {
      DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
      factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
      DocumentBuilder builder = factory.newDocumentBuilder();
      builder.setErrorHandler(null); // thrown, not printed
      return builder.parse(new InputSource(new StringReader(whole)));
    } catch (ParserConfigurationException | SAXException | IOException e) {
      throw new IllegalArgumentException("not a POM: " + e.getMessage(), e);
    }
  }
}
