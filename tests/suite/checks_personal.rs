//! Personal numbers in what is published. All numbers here are made up or the examples of the standards.

use insta::assert_snapshot;

use crate::support::{TestSite, site};

fn personal(site: &TestSite) -> String {
    site.headlines_zh().lines().filter(|line| line.contains("[G6")).collect::<Vec<_>>().join("\n")
}

#[test]
fn numbers_in_prose_front_matter_and_attachments_are_told_masked() {
    let front = "indicators: {13912345678热线: {value: 3, unit: 件, remark: 身份证110105 19491231 002X}}";
    let site = site()
        .report_with_body("", 2020, front, "\n经办人张某，手机１３８１２３４５６７８，账号6222 0212 3456 7890 128。\n")
        .file("content/名单.csv", "姓名,证件\n甲,11010519491231002X\n乙,无\n");
    assert_snapshot!(personal(&site));
    for number in ["13812345678", "11010519491231002X", "6222021234567890128"] {
        assert!(!site.headlines_zh().contains(number) && !site.headlines().contains(number), "{number} is masked in the message");
    }
}

#[test]
fn numbers_that_only_look_like_it_are_not_told() {
    let body = "\n索引号110105194912310021，电话0517-83605210，收入13812345678元，文号〔2021〕30号，\
                [公告](https://www.example.org/art/2021/13812345678.html)，已隐去138****5678。\n";
    assert_eq!(personal(&site().report_with_body("", 2020, "", body)), "");
}

#[test]
fn the_office_may_publish_its_own_number() {
    let front = "contact: {phone: 138 1234 5678}";
    let body = "\n如有疑问，请拨打13812345678。\n";
    assert_eq!(personal(&site().report_with_body("", 2020, front, body)), "");
    assert!(personal(&site().report_with_body("", 2020, "", body)).contains("G602"));
}

#[test]
fn a_long_list_is_told_by_its_first_numbers() {
    let rows: String = (10..60).map(|row| format!("甲,138123456{row}\n")).collect();
    let said = personal(&site().file("content/名单.csv", &rows));
    assert_eq!(said.lines().count(), 8);
    assert!(said.contains("还有 42 处"), "{said}");
}

#[test]
fn bytes_that_are_no_text_are_read_all_the_same() {
    let site = site().file("content/名单.txt", "\u{1}\u{0}13812345678\u{0}");
    assert!(personal(&site).contains("G602"));
}
