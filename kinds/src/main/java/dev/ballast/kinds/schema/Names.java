package dev.ballast.kinds.schema;

import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The syntaxes of names, labels and annotation keys of the Kubernetes object model, each answering
 * with what is wrong in kube-apiserver's words. Pure.
 */
public final class Names {

  private static final String LABEL = "[a-z0-9]([-a-z0-9]*[a-z0-9])?";
  private static final String SUBDOMAIN = LABEL + "(\\." + LABEL + ")*";
  private static final String DNS_1035 = "[a-z]([-a-z0-9]*[a-z0-9])?";
  private static final String QUALIFIED = "([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]";
  private static final String LABEL_VALUE = "(" + QUALIFIED + ")?";
  private static final String CONFIG_KEY = "[-._a-zA-Z0-9]+";
  private static final Pattern SUBDOMAIN_SYNTAX = Pattern.compile(SUBDOMAIN);
  private static final Pattern LABEL_SYNTAX = Pattern.compile(LABEL);
  private static final Pattern DNS_1035_SYNTAX = Pattern.compile(DNS_1035);
  private static final Pattern QUALIFIED_SYNTAX = Pattern.compile(QUALIFIED);
  private static final Pattern CONFIG_KEY_SYNTAX = Pattern.compile(CONFIG_KEY);
  private static final Pattern PORT_NAME_SYNTAX = Pattern.compile("[-a-z0-9]+");

  private Names() {}

  /** RFC 1123 label, at most 63 characters. */
  public static Optional<String> label(String value) {
    return syntax(
        value,
        63,
        LABEL_SYNTAX,
        "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and"
            + " must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc',"
            + " regex used for validation is '"
            + LABEL
            + "')");
  }

  /** RFC 1123 subdomain, at most 253 characters. */
  public static Optional<String> subdomain(String value) {
    return syntax(
        value,
        253,
        SUBDOMAIN_SYNTAX,
        "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or"
            + " '.', and must start and end with an alphanumeric character (e.g. 'example.com',"
            + " regex used for validation is '"
            + SUBDOMAIN
            + "')");
  }

  /** RFC 1035 label, at most 63 characters: what a Service's name must be. */
  public static Optional<String> dns1035(String value) {
    return syntax(
        value,
        63,
        DNS_1035_SYNTAX,
        "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an"
            + " alphabetic character, and end with an alphanumeric character (e.g. 'my-name',  or"
            + " 'abc-123', regex used for validation is '"
            + DNS_1035
            + "')");
  }

  /** An optional subdomain prefix, a slash, and a name: the key of a label or an annotation. */
  public static Optional<String> qualified(String value) {
    int slash = value.indexOf('/');
    if (slash != value.lastIndexOf('/')) {
      return Optional.of(
          "a qualified name "
              + qualifiedText()
              + " with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')");
    }
    String prefix = slash < 0 ? null : value.substring(0, slash);
    String name = value.substring(slash + 1);
    if (prefix != null && prefix.isEmpty()) {
      return Optional.of("prefix part must be non-empty");
    }
    Optional<String> badPrefix =
        prefix == null ? Optional.empty() : subdomain(prefix).map(text -> "prefix part " + text);
    if (badPrefix.isPresent()) {
      return badPrefix;
    }
    if (name.isEmpty()) {
      return Optional.of("name part must be non-empty");
    }
    if (name.length() > 63) {
      return Optional.of("name part must be no more than 63 bytes");
    }
    return QUALIFIED_SYNTAX.matcher(name).matches()
        ? Optional.empty()
        : Optional.of("name part " + qualifiedText());
  }

  private static String qualifiedText() {
    return "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with"
        + " an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for"
        + " validation is '"
        + QUALIFIED
        + "')";
  }

  /** The value of a label; may be empty. */
  public static Optional<String> labelValue(String value) {
    if (value.length() > 63) {
      return Optional.of("must be no more than 63 bytes");
    }
    return value.isEmpty() || QUALIFIED_SYNTAX.matcher(value).matches()
        ? Optional.empty()
        : Optional.of(
            "a valid label must be an empty string or consist of alphanumeric characters, '-', '_'"
                + " or '.', and must start and end with an alphanumeric character (e.g. 'MyValue', "
                + " or 'my_value',  or '12345', regex used for validation is '"
                + LABEL_VALUE
                + "')");
  }

  /** The key of an entry in a ConfigMap or Secret, which may become a file name. */
  public static Optional<String> configKey(String value) {
    if (value.length() > 253) {
      return Optional.of("must be no more than 253 bytes");
    }
    if (!CONFIG_KEY_SYNTAX.matcher(value).matches()) {
      return Optional.of(
          "a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g."
              + " 'key.name',  or 'KEY_NAME',  or 'key-name', regex used for validation is '"
              + CONFIG_KEY
              + "')");
    }
    return switch (value) {
      case "." -> Optional.of("must not be '.'");
      case ".." -> Optional.of("must not be '..'");
      default ->
          value.startsWith("..") ? Optional.of("must not start with '..'") : Optional.empty();
    };
  }

  /** Any printable ASCII but "=": the name of an environment variable. */
  public static Optional<String> environment(String value) {
    boolean fine =
        !value.isEmpty() && value.chars().allMatch(c -> c >= ' ' && c <= '~' && c != '=');
    return fine
        ? Optional.empty()
        : Optional.of(
            "a valid environment variable name must consist only of printable ASCII characters"
                + " other than '='");
  }

  /** IANA service name: the name of a port, at most 15 characters. */
  public static Optional<String> portName(String value) {
    if (value.length() > 15) {
      return Optional.of("must be no more than 15 characters");
    }
    if (!PORT_NAME_SYNTAX.matcher(value).matches()) {
      return Optional.of("must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)");
    }
    if (value.chars().noneMatch(c -> c >= 'a' && c <= 'z')) {
      return Optional.of("must contain at least one letter (a-z)");
    }
    if (value.contains("--")) {
      return Optional.of("must not contain consecutive hyphens");
    }
    return value.startsWith("-") || value.endsWith("-")
        ? Optional.of("must not begin or end with a hyphen")
        : Optional.empty();
  }

  private static Optional<String> syntax(
      String value, int longest, Pattern pattern, String otherwise) {
    if (value.length() > longest) {
      return Optional.of("must be no more than " + longest + " bytes");
    }
    return pattern.matcher(value).matches() ? Optional.empty() : Optional.of(otherwise);
  }
}
