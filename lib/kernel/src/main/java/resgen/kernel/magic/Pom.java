package resgen.kernel.magic;

import java.io.IOException;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.xml.parsers.DocumentBuilder;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.eclipse.aether.artifact.DefaultArtifact;
import org.eclipse.aether.graph.Dependency;
import org.eclipse.aether.graph.Exclusion;
import org.eclipse.aether.repository.RemoteRepository;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.xml.sax.InputSource;
import org.xml.sax.SAXException;

/**
 * The dependencies and repositories of a POM, or of a piece of one such as a few {@code
 * <dependency>} elements. Properties of the same file are filled in; parents are not followed.
 */
record Pom(
    List<Dependency> dependencies, List<Dependency> managed, List<RemoteRepository> repositories) {
  private static final Pattern PROPERTY = Pattern.compile("\\$\\{([^}]+)}");

  static Pom parse(String xml, List<String> scopes) {
    Element root = document(xml);
    Map<String, String> properties = properties(root);
    List<Dependency> dependencies = new ArrayList<>();
    List<Dependency> managed = new ArrayList<>();
    List<RemoteRepository> repositories = new ArrayList<>();
    for (Element e : all(root, "repository")) {
      String id = Objects.requireNonNullElse(text(e, "id", properties), "pom");
      String url = text(e, "url", properties);
      repositories.add(new RemoteRepository.Builder(id, "default", url).build());
    }
    for (Element e : all(root, "dependency")) {
      boolean isManaged =
          e.getParentNode().getParentNode().getNodeName().equals("dependencyManagement");
      Dependency dependency = dependency(e, properties);
      if (isManaged) {
        managed.add(dependency);
      } else if (scopes.contains(dependency.getScope())) {
        dependencies.add(dependency);
      }
    }
    return new Pom(dependencies, managed, repositories);
  }

  private static Dependency dependency(Element e, Map<String, String> properties) {
    String type = Objects.requireNonNullElse(text(e, "type", properties), "jar");
    String classifier = Objects.requireNonNullElse(text(e, "classifier", properties), "");
    String scope = Objects.requireNonNullElse(text(e, "scope", properties), "compile");
    String version = Objects.requireNonNullElse(text(e, "version", properties), "");
    String artifact = text(e, "artifactId", properties);
    String group = text(e, "groupId", properties);
    if (artifact == null || group == null) {
      throw new IllegalArgumentException("a <dependency> needs <groupId> and <artifactId>");
    }
    return new Dependency(new DefaultArtifact(group, artifact, classifier, type, version), scope)
        .setExclusions(exclusions(e, properties));
  }

  private static List<Exclusion> exclusions(Element dependency, Map<String, String> properties) {
    List<Exclusion> out = new ArrayList<>();
    for (Element e : all(dependency, "exclusion")) {
      String group = Objects.requireNonNullElse(text(e, "groupId", properties), "*");
      String artifact = Objects.requireNonNullElse(text(e, "artifactId", properties), "*");
      out.add(new Exclusion(group, artifact, "*", "*"));
    }
    return out;
  }

  private static Element document(String xml) {
    String text = xml.strip().replaceFirst("^<\\?xml[^>]*\\?>", "");
    String whole = text.startsWith("<project") ? text : "<project><x>" + text + "</x></project>";
    try {
      DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
      factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
      DocumentBuilder builder = factory.newDocumentBuilder();
      builder.setErrorHandler(null); // thrown, not printed
      return builder.parse(new InputSource(new StringReader(whole))).getDocumentElement();
    } catch (ParserConfigurationException | SAXException | IOException e) {
      throw new IllegalArgumentException("not a POM: " + e.getMessage(), e);
    }
  }

  private static Map<String, String> properties(Element root) {
    Map<String, String> out = new HashMap<>();
    for (Element block : all(root, "properties")) {
      for (Node n = block.getFirstChild(); n != null; n = n.getNextSibling()) {
        if (n instanceof Element e) {
          out.put(e.getTagName(), e.getTextContent().strip());
        }
      }
    }
    return out;
  }

  private static List<Element> all(Element root, String name) {
    List<Element> out = new ArrayList<>();
    var nodes = root.getElementsByTagName(name);
    for (int i = 0; i < nodes.getLength(); i++) {
      out.add((Element) nodes.item(i));
    }
    return out;
  }

  private static String text(Element parent, String name, Map<String, String> properties) {
    for (Node n = parent.getFirstChild(); n != null; n = n.getNextSibling()) {
      if (n instanceof Element e && e.getTagName().equals(name)) {
        Matcher m = PROPERTY.matcher(e.getTextContent().strip());
        return m.replaceAll(
            r -> Matcher.quoteReplacement(properties.getOrDefault(r.group(1), r.group())));
      }
    }
    return null;
  }
}
