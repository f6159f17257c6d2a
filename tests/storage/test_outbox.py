import pytest

from storage import Store
from storage.audience import Delivery, Reader, State, Watch
from world.facts import DAY, HOUR, MINUTE, NOW, delivery, finding, matched, source


@pytest.fixture
def notices(store: Store) -> tuple[int, ...]:
    """Of three stories, all untold."""
    store.add_sources([source()], now=NOW)
    store.keep([matched(finding(number)) for number in (1, 2, 3)], now=NOW)
    return tuple(one.id for one in store.due_notices(now=NOW))


def sent(store: Store) -> Delivery:
    [one] = store.claim_deliveries(now=NOW, lease=MINUTE, limit=1)
    assert one.token
    assert store.settle_delivery(one.id, one.token, state=State.SENT, now=NOW)
    return one


def test_a_message_is_stored_byte_for_byte_and_its_notices_are_told(store: Store, notices: tuple[int, ...]) -> None:
    [written] = store.compose([(delivery(), notices[:2])], now=NOW)
    assert written.payload == b"bytes\x00\xff"
    assert store.delivery(written.id) == written
    assert [one.id for one in store.due_notices(now=NOW)] == [notices[2]]
    assert [one.id for one in store.told_since("an", "ai", NOW)] == list(notices[:2])
    assert store.told_since("an", "ai", NOW + HOUR) == []


def test_all_channels_of_a_reader_tell_the_same_notices(store: Store, notices: tuple[int, ...]) -> None:
    pair = [delivery(), delivery(channel="feishu://x")]
    written = store.compose([(one, notices) for one in pair], now=NOW)
    assert [one.channel for one in written] == [one.channel for one in pair]
    story = store.explain(finding(1).url).told
    assert [message and message.channel for _, message in story] == [one.channel for one in pair]


def test_a_message_is_dropped_where_a_notice_of_it_was_told_meanwhile(store: Store, notices: tuple[int, ...]) -> None:
    store.compose([(delivery("1"), notices[:1])], now=NOW)
    assert store.compose([(delivery("2"), notices)], now=NOW) == []
    assert [one.id for one in store.due_notices(now=NOW)] == list(notices[1:])


def test_a_period_has_one_message(store: Store, notices: tuple[int, ...]) -> None:
    assert store.compose([(delivery(kind="digest"), notices[:1])], now=NOW)
    assert store.compose([(delivery(kind="digest"), notices[1:])], now=NOW) == []
    assert store.compose([(delivery(kind="health"), ())], now=NOW)
    assert len(store.due_notices(now=NOW)) == 2


def test_due_messages_are_claimed_once_the_longest_due_first(store: Store) -> None:
    dues = {"late": NOW, "soon": NOW + HOUR, "early": NOW - HOUR}
    store.compose([(delivery(period, due_at=at), ()) for period, at in dues.items()], now=NOW)
    first = store.claim_deliveries(now=NOW, lease=MINUTE, limit=9)
    assert [(one.period, one.state, one.attempts) for one in first] == [
        ("early", State.SENDING, 1),
        ("late", State.SENDING, 1),
    ]
    assert store.claim_deliveries(now=NOW, lease=MINUTE, limit=9) == []


def test_no_more_are_claimed_than_asked_for(store: Store) -> None:
    store.compose([(delivery(str(number)), ()) for number in range(5)], now=NOW)
    assert len(store.claim_deliveries(now=NOW, lease=MINUTE, limit=2)) == 2
    assert len(store.claim_deliveries(now=NOW, lease=MINUTE, limit=9)) == 3


def test_a_settled_message_is_over(store: Store) -> None:
    store.compose([(delivery(), ())], now=NOW)
    one = sent(store)
    after = store.delivery(one.id)
    assert after is not None
    assert (after.state, after.sent_at, after.token, after.payload) == (State.SENT, NOW, None, one.payload)
    assert not store.settle_delivery(one.id, one.token or "", state=State.DEAD, now=NOW)
    assert store.claim_deliveries(now=NOW + DAY, lease=MINUTE, limit=9) == []


def test_a_failed_try_is_made_again_with_the_same_bytes(store: Store) -> None:
    store.compose([(delivery(), ())], now=NOW)
    [one] = store.claim_deliveries(now=NOW, lease=MINUTE, limit=1)
    later = NOW + HOUR
    assert store.settle_delivery(one.id, one.token or "", state=State.PENDING, now=NOW, due_at=later, error="451 busy")
    assert store.claim_deliveries(now=NOW, lease=MINUTE, limit=1) == []
    [again] = store.claim_deliveries(now=later, lease=MINUTE, limit=1)
    assert (again.payload, again.message_id, again.attempts, again.error) == (
        one.payload,
        one.message_id,
        2,
        "451 busy",
    )
    assert again.token != one.token


def test_what_was_not_handed_over_when_its_sender_died_is_sent_again(store: Store) -> None:
    store.compose([(delivery(), ())], now=NOW)
    [one] = store.claim_deliveries(now=NOW, lease=MINUTE, limit=1)
    [again] = store.claim_deliveries(now=NOW + MINUTE, lease=MINUTE, limit=1)
    assert (again.payload, again.message_id) == (one.payload, one.message_id)
    late = NOW + MINUTE
    assert not store.hand_over_delivery(one.id, one.token or "", now=late, lease=MINUTE)
    assert not store.settle_delivery(one.id, one.token or "", state=State.SENT, now=late)
    assert store.hand_over_delivery(one.id, again.token or "", now=late, lease=MINUTE)


def handed_over(store: Store) -> Delivery:
    """Its sender died after the last word; nobody knows whether it arrived."""
    store.compose([(delivery(), ())], now=NOW)
    [one] = store.claim_deliveries(now=NOW, lease=MINUTE, limit=1)
    assert store.hand_over_delivery(one.id, one.token or "", now=NOW, lease=MINUTE)
    assert store.claim_deliveries(now=NOW + MINUTE, lease=MINUTE, limit=1) == []
    return one


def test_whoever_dies_while_sending_leaves_it_unknown_and_the_late_word_is_refused(store: Store) -> None:
    one = handed_over(store)
    left = store.delivery(one.id)
    assert left is not None
    assert (left.state, left.unknowns) == (State.UNKNOWN, 1)
    assert left.error
    assert not store.settle_delivery(one.id, one.token or "", state=State.SENT, now=NOW + HOUR)


def test_a_person_sends_again_what_is_unknown(store: Store) -> None:
    one = handed_over(store)
    assert store.retry_delivery(one.id, now=NOW + HOUR)
    assert not store.retry_delivery(one.id, now=NOW + HOUR)
    [again] = store.claim_deliveries(now=NOW + HOUR, lease=MINUTE, limit=9)
    assert again.payload == one.payload


def test_a_person_drops_what_is_unknown(store: Store) -> None:
    one = handed_over(store)
    assert store.drop_delivery(one.id, now=NOW + HOUR)
    assert not store.drop_delivery(one.id, now=NOW + HOUR)
    assert [dead.id for dead in store.deliveries(state=State.DEAD)] == [one.id]
    assert store.status(now=NOW).deliveries == {State.DEAD: 1}


def test_what_is_unknown_is_repeated_so_often_and_no_oftener(store: Store) -> None:
    one = handed_over(store)
    assert store.repeat_unknown(kind="digest", times=1, now=NOW + HOUR) == 0
    assert store.repeat_unknown(kind="alert", times=1, now=NOW + HOUR) == 1
    [again] = store.claim_deliveries(now=NOW + HOUR, lease=MINUTE, limit=1)
    assert store.settle_delivery(one.id, again.token or "", state=State.UNKNOWN, now=NOW + HOUR)
    assert store.repeat_unknown(kind="alert", times=1, now=NOW + HOUR) == 0


def test_untold_notices_are_put_off_and_told_ones_are_not(store: Store, notices: tuple[int, ...]) -> None:
    store.compose([(delivery(), notices[:1])], now=NOW)
    assert store.postpone_notices(notices, kind="digest", due_at=NOW + HOUR) == 2
    assert store.due_notices(now=NOW) == []
    assert [(one.id, one.kind) for one in store.due_notices(now=NOW + HOUR)] == [(id, "digest") for id in notices[1:]]


def test_what_is_being_sent_is_left_alone(store: Store) -> None:
    store.compose([(delivery(), ())], now=NOW)
    [one] = store.claim_deliveries(now=NOW, lease=MINUTE, limit=1)
    assert not store.drop_delivery(one.id, now=NOW)
    assert not store.retry_delivery(one.id, now=NOW)


def test_a_story_stays_told_after_its_watch_is_gone(store: Store, notices: tuple[int, ...]) -> None:
    store.save_watch(Watch(name="ai", rule="算力"), now=NOW, by="me")
    store.compose([(delivery(), notices[:1])], now=NOW)
    assert store.remove_watch("ai", now=NOW, by="me")
    assert store.due_notices(now=NOW) == []
    store.keep([matched(finding(1, of="shanxi", title="改了")), matched(finding(2))], now=NOW)
    assert [one.story_id for one in store.due_notices(now=NOW)] == [2]


def test_a_reader_who_is_gone_is_not_told(store: Store, notices: tuple[int, ...]) -> None:
    store.save_reader(Reader(name="an", channels=("mailto:an@example.org",)), now=NOW)
    assert store.remove_reader("an")
    assert store.due_notices(now=NOW) == []


def test_the_next_digest_is_the_earliest_that_waits(store: Store) -> None:
    store.add_sources([source()], now=NOW)
    store.keep([matched(finding(), kind="digest")], now=NOW)
    assert store.status(now=NOW).next_digest_at == NOW
