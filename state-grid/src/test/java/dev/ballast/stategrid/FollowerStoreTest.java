package dev.ballast.stategrid;

/** The contract on the follower of three members. */
class FollowerStoreTest extends GroupStoreContract {

  @Override
  int member(LocalGroup group) {
    return group.follower();
  }
}
