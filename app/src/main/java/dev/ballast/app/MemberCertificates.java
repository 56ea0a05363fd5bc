package dev.ballast.app;

import dev.ballast.api.security.CertificateAuthority;
import dev.ballast.core.time.Timers;
import dev.ballast.stategrid.raft.MemberTls;
import dev.ballast.stategrid.raft.RaftSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How a member takes part in its group: with certificates from the members' own authority, renewed
 * while it runs.
 */
final class MemberCertificates {

  private static final Logger LOG = LoggerFactory.getLogger(MemberCertificates.class);
  private static final Duration RENEW_AFTER = Duration.ofDays(200);

  private MemberCertificates() {}

  /**
   * @throws StartFailure when the authority cannot be opened
   */
  static RaftSettings settings(Path data, MemberFile self, SecureRandom random, Timers timers) {
    RaftSettings.Peer peer = new RaftSettings.Peer(self.id(), self.address());
    try {
      Instant now = timers.now().wall();
      CertificateAuthority authority =
          CertificateAuthority.open(SecretFiles.directory(data.resolve("members")), random, now);
      CertificateAuthority.Identity identity = issue(authority, self, now);
      MemberTls tls =
          new MemberTls(identity.key(), identity.certificate(), authority.certificate());
      keepRenewing(tls, self, authority, timers);
      return RaftSettings.of(
          self.group(), peer, self.founding(), data.resolve("raft"), Optional.of(tls));
    } catch (IOException e) {
      throw new StartFailure("cannot open the members' authority: " + e.getMessage(), e);
    }
  }

  private static CertificateAuthority.Identity issue(
      CertificateAuthority authority, MemberFile self, Instant now) {
    String address = self.address();
    String host = address.substring(0, address.lastIndexOf(':')).replace("[", "").replace("]", "");
    return authority.issueMember(self.id(), List.of(host), now);
  }

  /** Long before it ends; open links stay, new ones show the new one. */
  private static void keepRenewing(
      MemberTls tls, MemberFile self, CertificateAuthority authority, Timers timers) {
    timers.schedule(
        RENEW_AFTER,
        () -> {
          CertificateAuthority.Identity next = issue(authority, self, timers.now().wall());
          tls.renew(next.key(), next.certificate());
          LOG.info("this member has a new certificate, until {}", next.certificate().getNotAfter());
          keepRenewing(tls, self, authority, timers);
        });
  }
}
