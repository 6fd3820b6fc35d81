"""Indicators whose records are not kept yet, each with the kind of record still missing (DOMAIN §7)."""

from __future__ import annotations

from common.names import Name

FUNDS = Name("资金拨付与支出记录", "fund arrivals and payments")
GUARANTEES = Name("义务教育就学记录", "school enrolment records of the lifted-out population")
HEALTH = Name("医保参保与签约记录", "insurance and family-doctor enrolment of the lifted-out population")
HOUSING = Name("农房改造项目记录", "house-rebuilding projects")
WATER = Name("饮水工程与水样记录", "water works and water samples")
ALLOWANCES = Name("低保特困待遇记录", "allowance enrolment")
INDUSTRY = Name("产业项目记录", "industry projects")
STATISTICS = Name("其他部门统计数据", "statistics reported by other bureaus")
LABOUR = Name("务工就业与岗位记录", "placements, workshops and public posts")
EAST_WEST = Name("东西部协作记录", "east-west collaboration records")
TEAMS = Name("驻村帮扶力量记录", "assisting units, village teams and their work")

# code: (name, unit, kind of record still missing)
OUTSIDE: dict[str, tuple[Name, str, Name]] = {
    "funds.arrived": (Name("衔接资金到位", "Funds arrived"), "yuan", FUNDS),
    "funds.spent": (Name("衔接资金支出", "Funds spent"), "yuan", FUNDS),
    "funds.expenditure_rate": (Name("资金支出率", "Expenditure rate of funds"), "percent", FUNDS),
    "funds.rate_above_province": (
        Name("支出率高于全省", "Expenditure rate above the province's"),
        "percentage_point",
        FUNDS,
    ),
    "funds.industry_share": (Name("产业资金占比", "Share of funds to industry"), "percent", FUNDS),
    "schooling.dropouts": (Name("义务教育失学辍学", "School dropouts"), "person", GUARANTEES),
    "health.insured_rate": (Name("基本医保参保率", "Insured rate"), "percent", HEALTH),
    "health.family_doctor_rate": (Name("家庭医生签约率", "Family-doctor rate"), "percent", HEALTH),
    "health.serious_diseases_treated": (Name("大病救治", "Serious diseases treated"), "unclear", HEALTH),
    "health.clinics": (Name("村卫生室", "Clinics"), "clinic", HEALTH),
    "housing.planned": (Name("农房改造计划", "Houses planned for rebuilding"), "household", HOUSING),
    "housing.started_share": (Name("农房改造开工率", "Share of houses started"), "percent", HOUSING),
    "housing.completed": (Name("农房改造竣工", "Houses completed"), "household", HOUSING),
    "housing.completion_rate": (Name("农房改造竣工率", "Completion rate of houses"), "percent", HOUSING),
    "water.households": (Name("饮水巩固提升（户）", "Households with improved water"), "household", WATER),
    "water.persons": (Name("饮水巩固提升（人）", "Persons with improved water"), "person", WATER),
    "water.samples_tested": (Name("水样检测", "Water samples tested"), "sample", WATER),
    "allowances.households": (Name("低保特困保障（户）", "Households on allowances"), "household", ALLOWANCES),
    "allowances.persons": (Name("低保特困保障（人）", "Persons on allowances"), "person", ALLOWANCES),
    "industry.projects": (Name("乡村产业项目", "Industry projects"), "project", INDUSTRY),
    "industry.projects_started_share": (
        Name("产业项目开工率", "Share of industry projects started"),
        "percent",
        INDUSTRY,
    ),
    "industry.investment": (Name("产业项目投资", "Investment in industry projects"), "yuan", INDUSTRY),
    "grain.sown_area": (Name("粮食播种面积", "Area sown to grain"), "mu", STATISTICS),
    "grain.share_of_plan": (Name("播种面积占计划", "Sown area as share of plan"), "percent", STATISTICS),
    "insurance.kinds": (Name("农业保险险种", "Kinds of farm insurance"), "insurance_kind", STATISTICS),
    "insurance.new_kinds": (Name("新增农业保险险种", "New kinds of farm insurance"), "insurance_kind", STATISTICS),
    "labour.income_share_of_target": (Name("劳务收入占目标", "Labour income as share of target"), "percent", LABOUR),
    "workshops.count": (Name("乡村就业车间", "Village workshops"), "workshop", LABOUR),
    "workshops.employed": (Name("就业车间吸纳就业", "Employed in workshops"), "person", LABOUR),
    "public_posts.count": (Name("乡村公益性岗位", "Public-welfare posts"), "post", LABOUR),
    "east_west.funds": (Name("东西部协作资金", "East-west collaboration funds"), "yuan", EAST_WEST),
    "east_west.projects": (Name("协作项目", "Collaboration projects"), "project", EAST_WEST),
    "east_west.projects_completed": (Name("协作项目完工", "Collaboration projects completed"), "project", EAST_WEST),
    "east_west.cadres_planned": (Name("计划选派干部", "Cadres to be seconded"), "person", EAST_WEST),
    "east_west.specialists_planned": (Name("计划选派专技人才", "Specialists to be seconded"), "person", EAST_WEST),
    "east_west.seconded": (Name("已选派", "Seconded"), "person", EAST_WEST),
    "east_west.employed": (Name("帮助就业", "Helped into work"), "person", EAST_WEST),
    "east_west.employed.tianjin": (Name("赴津就业", "Working in Tianjin"), "person", EAST_WEST),
    "east_west.employed.province": (Name("省内就业", "Working in the province"), "person", EAST_WEST),
    "east_west.employed.elsewhere": (Name("其他地区就业", "Working elsewhere"), "person", EAST_WEST),
    "teams.cadres_rotated": (Name("调整轮换驻村干部", "Village cadres rotated"), "person", TEAMS),
    "teams.work_funds": (Name("驻村工作经费", "Work funds of village teams"), "yuan", TEAMS),
    "teams.cadres_spot_checked": (Name("抽查驻村干部", "Village cadres spot-checked"), "person", TEAMS),
    "teams.assisting_units": (Name("帮扶单位", "Assisting units"), "unit", TEAMS),
    "teams.village_teams": (Name("驻村工作队", "Village teams"), "team", TEAMS),
    "teams.village_cadres": (Name("驻村干部", "Village cadres"), "person", TEAMS),
    "teams.responsible_persons": (Name("帮扶责任人", "Responsible persons"), "person", TEAMS),
    "teams.funds_raised": (Name("筹集帮扶资金", "Funds raised"), "yuan", TEAMS),
    "teams.urgent_cases_solved": (Name("解决急难愁盼问题", "Urgent cases solved"), "case", TEAMS),
    "teams.donations": (Name("引进社会捐赠", "Donations"), "yuan", TEAMS),
}
