package dev.ballast.stategrid;

/** The contract on the leader of three members. */
class LeaderStoreTest extends GroupStoreContract {

  @Override
  int member(LocalGroup group) {
    return group.leader();
  }
}
